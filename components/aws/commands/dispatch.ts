import path from "node:path";

/** What a command prints becomes its resource's output. */
export type Command = () => Promise<unknown>;

const root = path.resolve(__dirname, "../../..");

/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */
const pieces: Record<string, () => unknown> = {
  cutover: () => require("./cutover"),
  database: () => require("./database"),
  drain: () => require("./drain"),
  refresh: () => require("./refresh"),
  "smoke-test": () => require("./smoke-test"),
  snapshot: () => require("./snapshot"),
  sweep: () => require("./sweep"),
  task: () => require("./task"),
  weights: () => require("./weights"),
};
/* eslint-enable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */

/** Runs one command. A failure is one clear message, without a stack trace, and exit code 1. */
export async function runCommand(piece: string | undefined, verb: string | undefined): Promise<void> {
  try {
    process.chdir(root);
    const command = (pieces[piece ?? ""]?.() as Record<string, Command> | undefined)?.[verb ?? ""];
    if (!command) throw new Error(`there is no command "${piece} ${verb}"`);
    const output = await command();
    if (output !== undefined) process.stdout.write(JSON.stringify(output));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
