import path from "node:path";

/** What a command prints becomes its resource's output. */
export type Command = () => Promise<unknown>;

const root = path.resolve(__dirname, "..");

/**
 * Runs one command of a platform's pieces, each loaded only when it is named: a command's start-up is part of every
 * rollback. A failure is one clear message, without a stack trace, and exit code 1.
 */
export async function runCommand(
  pieces: Record<string, () => unknown>,
  piece: string | undefined,
  verb: string | undefined,
): Promise<void> {
  try {
    // Paths in inputs are relative to the project, so that a destroy works from any checkout of it.
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
