import { createRequire } from "node:module";
import { parseVersion } from "../version";
import { setQuiet, setVerbose } from "./log";
import { readOptions } from "./options";
import { USAGE } from "./usage";

// A command loads only what it needs: the PostgreSQL client alone would double the time of most.
const load = createRequire(__filename);

async function run(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args);
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
