import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { parseVersion } from "../version";
import { CommandError } from "./error";
import { setQuiet, setVerbose } from "./log";
import { USAGE } from "./usage";

// A command loads only what it needs: the PostgreSQL client alone would double the time of most.
const load = createRequire(__filename);

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

export type Options = ReturnType<typeof read>["values"];

function read(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

/** A number given as an option, or its default. */
export function numberOption(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) throw new CommandError(`--${name} is not a number: '${text}'`);
  return number;
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = read(args);
  const [command, ...rest] = positionals;
  if (command === undefined || values.help) {
    process.stdout.write(USAGE);
    return command === undefined && !values.help ? 1 : 0;
  }
  setQuiet(values.quiet === true);
  setVerbose(values.v === true || values.vv === true);
  const version = parseVersion(process.env.KONG_TWIN_VERSION);
  switch (command) {
    case "version":
      process.stdout.write(
        version.edition === "enterprise" ? `Kong Enterprise ${version.text}\n` : `${version.text}\n`,
      );
      return 0;
    case "migrations":
      return (load("./migrations") as typeof import("./migrations")).migrations(rest[0], values, version);
    case "start":
      return (load("./start") as typeof import("./start")).start(values, version);
    case "stop":
      return (load("./stop") as typeof import("./stop")).stop(values);
    case "quit":
      return (load("./quit") as typeof import("./quit")).quit(values);
    case "reload":
      return (load("./reload") as typeof import("./reload")).reload(values);
    case "health":
      return (load("./health") as typeof import("./health")).health(values);
    case "drain":
      return (load("./drain") as typeof import("./drain")).drain(values, version);
    case "check":
      return (load("./check") as typeof import("./check")).check(rest[0], values, version);
    default:
      process.stderr.write(`No such command: ${command}\n${USAGE}`);
      return 1;
  }
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Error: ${message}\n\n  Run with --v (verbose) or --vv (debug) for more details\n`);
    process.exitCode = 1;
  },
);
