// The load as a process of its own, so that a busy parent does not disturb its pace.
//
// By hand:      node -r ./tools/typescript.cjs sandbox/load/main.ts --url http://127.0.0.1:8000 --rate 300 --max-seconds 30
// By a parent:  startLoad in start.ts, which passes the options through stdin: headers hold keys, and a command line is
//               for everybody to read. The end of stdin then means that the parent is gone.
import { renameSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Ledger } from "./ledger";
import type { Message } from "./messages";
import { completeOptions, readCommandLine } from "./options";
import { run } from "./run";
import { formatLedger } from "./table";

function print(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Written aside and renamed: whoever finds the file finds all of it. */
function writeLedger(file: string, ledger: Ledger): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(ledger, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  const stdin = command.attached ? createInterface({ input: process.stdin }) : null;
  const given = stdin ? await firstLine(stdin) : undefined;
  const options = completeOptions(command.attached ? given : command.options);

  const load = run(options, (progress) => print({ type: "progress", progress }));
  print({ type: "started", pid: process.pid, url: options.url, startedAt: load.startedAt });
  // Nobody may be left to read what is printed; the ledger is still to be written.
  process.stdout.on("error", () => undefined);
  stdin?.once("close", () => load.stop("parent gone"));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => load.stop("stopped"));

  const ledger = await load.ledger;
  if (options.ledgerFile !== undefined) writeLedger(options.ledgerFile, ledger);
  if (command.attached) print({ type: "ended", ledger });
  else console.error(formatLedger(ledger));
  process.stdin.destroy();
}

async function firstLine(lines: ReturnType<typeof createInterface>): Promise<unknown> {
  const line = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => reject(new Error("stdin ended before the options came")));
  });
  return JSON.parse(line) as unknown;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.stdin.destroy();
  process.exitCode = 1;
});
