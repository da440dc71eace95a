import { mkdirSync } from "node:fs";
import { loadConfig } from "../config";
import { Database } from "../db/database";
import { FaultSwitch } from "../faults";
import { bootstrap, finish, reset, up, NEEDS_BOOTSTRAP } from "../db/phases";
import { describe, statusJson, type SchemaState } from "../db/state";
import type { Version } from "../version";
import { CommandError } from "./error";
import { log, warn } from "./log";
import { numberOption, type Options } from "./options";
import { USAGE } from "./usage";

export async function migrations(
  command: string | undefined,
  options: Options,
  version: Version,
): Promise<number> {
  if (!["bootstrap", "up", "finish", "list", "status", "reset"].includes(command ?? "")) {
    process.stderr.write(`No such command for migrations: ${command ?? "(none)"}\n${USAGE}`);
    return 1;
  }
  const config = loadConfig({ conf: options.conf, prefix: options.prefix });
  if (options["db-timeout"] !== undefined) {
    config.values.pg_timeout = String(numberOption("db-timeout", options["db-timeout"], 5) * 1000);
  }
  const lock = {
    ttl: numberOption("lock-timeout", options["lock-timeout"], 60),
    force: options.force === true,
    fails: new FaultSwitch(version.text).current().migrationFails,
  };
  mkdirSync(config.prefix, { recursive: true });
  const db = await Database.connect(config, version);
  try {
    const state = await db.schemaState();
    switch (command) {
      case "list":
        return list(state, version, db.name);
      case "status":
        process.stdout.write(`${JSON.stringify(statusJson(state))}\n`);
        return 0;
      case "bootstrap":
        await bootstrap(db, state, lock);
        return 0;
      case "up":
        await up(db, state, lock);
        return 0;
      case "finish":
        await finish(db, state, lock);
        return 0;
      default:
        if (!options.yes) {
          throw new CommandError("not a tty: invoke 'reset' non-interactively with the --yes flag");
        }
        return (await reset(db, state, lock)) ? 0 : 1;
    }
  } finally {
    await db.close();
  }
}

/** Kong's exit codes: 0 up to date, 3 needs bootstrap, 4 pending, which wins over 5 new. */
function list(state: SchemaState, version: Version, database: string): number {
  if (state.needsBootstrap) {
    log(NEEDS_BOOTSTRAP);
    return 3;
  }
  let gap = "";
  for (const [title, group] of [
    ["Executed migrations", state.executed],
    ["Pending migrations", state.pending],
    ["New migrations available", state.fresh],
  ] as const) {
    if (group.length === 0) continue;
    log(`${gap}${title}:\n${describe(group)}`);
    gap = "\n";
  }
  if (state.pending.length > 0 && state.fresh.length > 0) {
    log("");
    warn(
      `Database has pending migrations from a previous upgrade, and new migrations from this upgrade (version ${version.text})`,
    );
    log(
      `\nRun 'kong migrations finish' when ready to complete pending migrations (postgres database '${database}' will be incompatible with the previous Kong version)`,
    );
    return 4;
  }
  if (state.pending.length > 0) {
    log("\nRun 'kong migrations finish' when ready");
    return 4;
  }
  if (state.fresh.length > 0) {
    log("\nRun 'kong migrations up' to proceed");
    return 5;
  }
  return 0;
}
