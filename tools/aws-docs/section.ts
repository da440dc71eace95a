import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { OrderedOperation } from "./operations";

const page = path.resolve(__dirname, "../../docs/aws.md");
const [begin, end] = ["<!-- operations: made by npm run docs:aws -->", "<!-- end of operations -->"];

/** A step of an upgrade, and what was done for it. */
export interface Step {
  title: string;
  operations: OrderedOperation[];
}

/** "aws:lb/targetGroup:TargetGroup" → "lb.TargetGroup"; our own commands are no resources of AWS. */
function kindOf(type: string): string {
  const [, module = "", name = ""] = type.split(":");
  return type.startsWith("command:") ? "command of ours" : `${module.split("/")[0]}.${name}`;
}

function tableOf({ title, operations }: Step): string {
  const rows = operations.map(
    ({ place, operation, type, name }) => `| ${place} | ${operation} | ${kindOf(type)} | \`${name}\` |`,
  );
  return [
    `### ${title}`,
    "",
    "| order | operation | what | name |",
    "| ---: | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** The part of docs/aws.md that shows the operations of each step. */
export function operationsSection(steps: Step[]): string {
  return [begin, "", ...steps.map((step) => `${tableOf(step)}\n`), end].join("\n");
}

/** That part as the page has it now; empty where it has none. */
export async function writtenSection(): Promise<string> {
  const text = await readFile(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  return from < 0 || to < 0 ? "" : text.slice(from, to + end.length);
}

/** Puts it into the page in place of what is there. Throws where the page has no place for it. */
export async function writeSection(section: string): Promise<void> {
  const written = await writtenSection();
  if (written === "")
    throw new Error(`docs/aws.md has no place for the operations: add the lines ${begin} and ${end}`);
  const text = await readFile(page, "utf8");
  await writeFile(
    page,
    text.replace(written, () => section),
  );
}
