import type { Migration, Subsystem } from "../migrations/types";
import type { Queryable } from "./client";

/** Where a database stands, seen by one version of Kong: names it does not know are nothing to it. */
export interface SchemaState {
  needsBootstrap: boolean;
  executed: Subsystem[];
  pending: Subsystem[];
  missing: Subsystem[];
  fresh: Subsystem[];
}

interface Row {
  subsystem: string;
  last_executed: string | null;
  executed: string[] | null;
  pending: string[] | null;
}

export async function readState(db: Queryable, subsystems: Subsystem[]): Promise<SchemaState> {
  const state: SchemaState = { needsBootstrap: false, executed: [], pending: [], missing: [], fresh: [] };
  const exists = await db.query(`SELECT to_regclass('schema_meta') AS found`);
  const rows = new Map<string, Row>();
  if (exists.rows[0]?.found === null) state.needsBootstrap = true;
  else {
    const found = await db.query(`SELECT * FROM schema_meta WHERE key = 'schema_meta'`);
    for (const row of found.rows as unknown as Row[]) rows.set(row.subsystem, row);
  }
  for (const subsystem of subsystems) {
    const sorted = sort(subsystem.migrations, rows.get(subsystem.subsystem));
    for (const kind of ["executed", "pending", "missing", "fresh"] as const) {
      if (sorted[kind].length > 0) state[kind].push({ ...subsystem, migrations: sorted[kind] });
    }
  }
  return state;
}

function sort(migrations: Migration[], row: Row | undefined) {
  const sorted = {
    executed: [] as Migration[],
    pending: [] as Migration[],
    missing: [] as Migration[],
    fresh: [] as Migration[],
  };
  let afterLast: number | undefined;
  migrations.forEach((migration, index) => {
    if (row && migration.name === row.last_executed) afterLast = index + 1;
    if (row?.executed?.includes(migration.name)) sorted.executed.push(migration);
    else if (row?.pending?.includes(migration.name)) sorted.pending.push(migration);
    else if (row && afterLast !== undefined && index < afterLast) sorted.missing.push(migration);
    else sorted.fresh.push(migration);
  });
  return sorted;
}

/** `core: 000_base, 024_380_to_390`, one subsystem a line, aligned at the colon. */
export function describe(group: Subsystem[]): string {
  const width = Math.max(...group.map(({ subsystem }) => subsystem.length));
  return group
    .map((one) => `${one.subsystem.padStart(width)}: ${one.migrations.map(({ name }) => name).join(", ")}`)
    .join("\n");
}

/** What `kong migrations status` prints. */
export function statusJson(state: SchemaState): Record<string, unknown> {
  const json: Record<string, unknown> = { needs_bootstrap: state.needsBootstrap };
  for (const [key, group] of [
    ["executed_migrations", state.executed],
    ["pending_migrations", state.pending],
    ["missing_migrations", state.missing],
    ["new_migrations", state.fresh],
  ] as const) {
    if (group.length === 0) continue;
    json[key] = group.map(({ subsystem, namespace, migrations }) => ({
      subsystem,
      namespace,
      migrations: migrations.map(({ name }) => name),
    }));
  }
  return json;
}
