import { log } from "../cli/log";
import type { Migration, Subsystem } from "../migrations/types";
import type { Database } from "./database";

export interface RunOptions {
  up?: boolean;
  teardown?: boolean;
  /** Pending migrations whose teardown stays pending though `teardown` is set (`up --force`). */
  keepPending?: Subsystem[];
  /** Injected fault: the second migration of the run fails. */
  fails: boolean;
}

/**
 * Runs migrations one by one. Each `up` is a transaction of its own and recorded after it; a teardown is not in one.
 * So a failure leaves what came before it done and recorded.
 */
export async function runMigrations(db: Database, group: Subsystem[], options: RunOptions): Promise<void> {
  const total = group.reduce((sum, one) => sum + one.migrations.length, 0);
  let done = 0;
  let pending = 0;
  for (const { subsystem, migrations } of group) {
    log(`migrating ${subsystem} on database '${db.name}'...`);
    for (const migration of migrations) {
      const broken = options.fails && (done === 1 || total === 1);
      if (options.up) {
        await runUp(db, migration, broken);
        if (migration.teardown) pending += 1;
        await record(db, subsystem, migration.name, migration.teardown ? "pending" : "executed");
      }
      const kept = options.keepPending?.some(
        (one) => one.subsystem === subsystem && one.migrations.some(({ name }) => name === migration.name),
      );
      if (options.teardown && migration.teardown && !kept) {
        await runTeardown(db, migration, broken && !options.up);
        await record(db, subsystem, migration.name, "teardown");
        pending = Math.max(pending - 1, 0);
      }
      log(
        `${subsystem} migrated up to: ${migration.name} ${migration.teardown && !options.teardown ? "(pending)" : "(executed)"}`,
      );
      done += 1;
    }
  }
  log(`${done} migration${done > 1 ? "s" : ""} processed`);
  if (done - pending > 0) log(`${done - pending} executed`);
  if (pending > 0) log(`${pending} pending`);
}

const FAULT = `DO $$ BEGIN RAISE EXCEPTION 'injected fault: migration-fails'; END $$;`;

async function runUp(db: Database, migration: Migration, broken: boolean): Promise<void> {
  if (!migration.up && !broken) return;
  try {
    await db.client.query(`BEGIN;\n${migration.up ?? ""};\n${broken ? FAULT : ""}\nCOMMIT;`);
  } catch (error) {
    await db.client.query("ROLLBACK");
    throw failure(migration, "up", error);
  }
}

async function runTeardown(db: Database, migration: Migration, broken: boolean): Promise<void> {
  try {
    await migration.teardown?.(db.client);
    if (broken) await db.client.query(FAULT);
  } catch (error) {
    throw failure(migration, "teardown", error);
  }
}

function failure({ name }: Migration, phase: string, error: unknown): Error {
  return new Error(
    `[PostgreSQL error] failed to run migration '${name}' ${phase}: ERROR: ${(error as Error).message}`,
  );
}

async function record(
  db: Database,
  subsystem: string,
  name: string,
  state: "executed" | "pending" | "teardown",
) {
  const insert = `INSERT INTO schema_meta (key, subsystem, last_executed, executed, pending) VALUES ('schema_meta', $1, `;
  const conflict = `ON CONFLICT (key, subsystem) DO UPDATE SET `;
  const executed = `last_executed = $2, executed = array_append(COALESCE(schema_meta.executed, ARRAY[]::text[]), $2)`;
  const sql = {
    executed: `${insert} $2, ARRAY[$2::text], NULL) ${conflict} ${executed}`,
    pending: `${insert} NULL, NULL, ARRAY[$2::text]) ${conflict} pending = array_append(schema_meta.pending, $2)`,
    teardown: `${insert} $2, ARRAY[$2::text], NULL) ${conflict} ${executed}, pending = array_remove(schema_meta.pending, $2)`,
  }[state];
  await db.client.query(sql, [subsystem, name]);
}
