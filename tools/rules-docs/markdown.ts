/** Text as a cell of a table takes it: on one line, with nothing in it that ends the cell. */
export function cell(text: string): string {
  return text.replace(/\s+/g, " ").replace(/\|/g, "\\|").replace(/</g, "&lt;").trim();
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A table with its head, or nothing where there is no row. */
export function table(head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]) => `| ${cells.map((each) => (each === "" ? "–" : each)).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

/** A source as a link that works from docs/: an address, or a page of this project. */
export function link(source: string): string {
  if (/^https?:/.test(source)) return `[${new URL(source).hostname}](${source})`;
  const shown = source.split("#")[0]?.split("/").at(-1) ?? source;
  return `[${shown}](${source.startsWith("docs/") ? source.slice("docs/".length) : `../${source}`})`;
}
