/**
 * Asks one database: the rows of each statement, in order. Where each asking is a task run of its own, which takes its
 * time, statements that go together are asked together.
 */
export type Ask = <T = Record<string, unknown>>(...statements: string[]) => Promise<T[][]>;

/** A text as a statement holds it. */
export function literal(text: string): string {
  return quoting().escapeLiteral(text);
}

/** A name as a statement holds it. */
export function identifier(name: string): string {
  return quoting().escapeIdentifier(name);
}

/** A list of texts as a statement holds it. */
export function textArray(texts: readonly string[]): string {
  return `array[${texts.map(literal).join(", ")}]::text[]`;
}

/** Loaded when it is needed: a program that asks no database starts without it. */
function quoting() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("pg") as typeof import("pg");
}
