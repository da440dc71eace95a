import { CommandError } from "../cli/error";
import { log } from "../cli/log";
import { createMeta, dropAll } from "../migrations/meta";
import type { Database } from "./database";
import { clusterMutex } from "./mutex";
import { runMigrations } from "./run";
import type { SchemaState } from "./state";

export const NEEDS_BOOTSTRAP = [
  "Database needs bootstrapping or is older than Kong 1.0.",
  "",
  "To start a new installation from scratch, run 'kong migrations bootstrap'.",
  "",
  "To migrate from a version older than 1.0, migrated to Kong 1.5.0 first. ",
  "If you still have 'apis' entities, you can convert them to Routes and Services",
  "using the 'kong migrations migrate-apis' command in Kong 1.5.0.",
  "",
  "",
].join("\n");
const NOT_LEADER = "aborted: another node is performing database changes";
const PENDING = "Database has pending migrations; run 'kong migrations finish'";

export interface PhaseOptions {
  /** Seconds: the lock's time to live, and how long `up` waits for it. */
  ttl: number;
  force: boolean;
  /** Injected fault. */
  fails: boolean;
}

export async function bootstrap(db: Database, found: SchemaState, options: PhaseOptions): Promise<void> {
  let state = found;
  if (options.force && !state.needsBootstrap) {
    await reset(db, state, options);
    state = await db.schemaState();
  }
  if (!state.needsBootstrap) {
    log("Database already bootstrapped");
    return;
  }
  log("Bootstrapping database...");
  await createMeta(db.client, db.schema);
  const ran = await clusterMutex(db, { ttl: options.ttl, noWait: true }, async () => {
    await runMigrations(db, state.fresh, { up: true, teardown: true, fails: options.fails });
    log("Database is up-to-date");
  });
  if (!ran) log(NOT_LEADER);
}

/** The half that the old version can live with. */
export async function up(db: Database, found: SchemaState, options: PhaseOptions): Promise<void> {
  if (found.needsBootstrap) throw new CommandError(`Cannot run migrations: ${NEEDS_BOOTSTRAP}`);
  if (!options.force && found.pending.length > 0) throw new CommandError(PENDING);
  const ran = await clusterMutex(db, { ttl: options.ttl }, async () => {
    let state = await db.schemaState();
    if (!options.force && state.pending.length > 0) throw new Error(PENDING);
    if (options.force && state.executed.length > 0) {
      await runMigrations(db, state.executed, {
        up: true,
        teardown: true,
        keepPending: state.pending,
        fails: false,
      });
      state = await db.schemaState();
      if (state.pending.length > 0) {
        log(`\n${PENDING} when ready`);
        return;
      }
    }
    if (state.fresh.length === 0) {
      if (!options.force) log("Database is already up-to-date");
      return;
    }
    await runMigrations(db, state.fresh, { up: true, fails: options.fails });
    state = await db.schemaState();
    if (state.pending.length > 0) log(`\n${PENDING} when ready`);
  });
  if (!ran) log(NOT_LEADER);
}

/** The half that takes away what the old version needs: the point of no return. */
export async function finish(db: Database, found: SchemaState, options: PhaseOptions): Promise<void> {
  if (found.needsBootstrap) throw new CommandError(`Cannot run migrations: ${NEEDS_BOOTSTRAP}`);
  const ran = await clusterMutex(db, { ttl: options.ttl, noWait: true }, async () => {
    let state = await db.schemaState();
    if (options.force && state.executed.length > 0) {
      await runMigrations(db, state.executed, { up: true, teardown: true, fails: false });
      state = await db.schemaState();
    }
    if (state.pending.length > 0) {
      await runMigrations(db, state.pending, { teardown: true, fails: options.fails });
      state = await db.schemaState();
    }
    if (state.fresh.length > 0) {
      log("\nNew migrations available; run 'kong migrations up' to proceed");
      return;
    }
    if (!options.force && state.pending.length === 0) log("No pending migrations to finish");
  });
  if (!ran) log(NOT_LEADER);
}

export async function reset(db: Database, state: SchemaState, options: PhaseOptions): Promise<boolean> {
  if (state.needsBootstrap) {
    log("Database not bootstrapped, nothing to reset");
    return false;
  }
  const ran = await clusterMutex(db, { ttl: options.ttl, noWait: true, noCleanup: true }, async () => {
    log("Resetting database...");
    await dropAll(db.client);
    log("Database successfully reset");
  });
  if (!ran) log(NOT_LEADER);
  return ran;
}
