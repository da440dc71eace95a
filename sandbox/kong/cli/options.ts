import { parseArgs } from "node:util";
import { CommandError } from "./error";

/** The options of all commands; what a command does not know it ignores by not reading it. */
const OPTIONS = {
  conf: { type: "string", short: "c" },
  prefix: { type: "string", short: "p" },
  yes: { type: "boolean", short: "y" },
  quiet: { type: "boolean", short: "q" },
  force: { type: "boolean", short: "f" },
  all: { type: "boolean", short: "a" },
  help: { type: "boolean", short: "h" },
  v: { type: "boolean", short: "v" },
  vv: { type: "boolean" },
  timeout: { type: "string", short: "t" },
  wait: { type: "string", short: "w" },
  "run-migrations": { type: "boolean" },
  "db-timeout": { type: "string" },
  "lock-timeout": { type: "string" },
  "lts-314-compatibility": { type: "boolean" },
} as const;

export type Options = ReturnType<typeof readOptions>["values"];

/** The options and what is no option. */
export function readOptions(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

/** A number given as an option, or its default. */
export function numberOption(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) throw new CommandError(`--${name} is not a number: '${text}'`);
  return number;
}
