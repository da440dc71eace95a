import type { Client } from "pg";
import type { Ask } from "../../postgres/ask";

/** Where a database is and how to get in. Lives in commands alone, never in a resource. */
export interface Access {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** Connects, hands the connection over and closes it. */
export async function withClient<T>(access: Access, act: (client: Client) => Promise<T>): Promise<T> {
  // Loaded when it is needed: a program that asks no database starts without it.
  /* eslint-disable @typescript-eslint/no-require-imports */
  require("../../../tools/quick-pg.cjs");
  const pg = require("pg") as typeof import("pg");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const client = new pg.Client({ ...access, connectionTimeoutMillis: 10_000 });
  // An administrator's command may end the connection: that fails the query in hand, it must not fail the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { host, port, database, user } = access;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the database ${database} at ${host}:${port} does not let ${user} in: ${why}`, {
      cause: error,
    });
  }
  try {
    return await act(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Asks through an open connection, one statement after the other. */
export function asking(client: Client): Ask {
  return async <T>(...statements: string[]) => {
    const answers: T[][] = [];
    for (const statement of statements) {
      const { rows } = await client.query(statement);
      answers.push(rows as T[]);
    }
    return answers;
  };
}

/** For PostgreSQL's own programs: the password goes by environment, never as an argument. */
export function clientEnvironment({ host, port, user, password, database }: Access): Record<string, string> {
  return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
}

/** Rows of every table that is not PostgreSQL's own, by "schema.table". */
export async function countRows(client: Client): Promise<Record<string, number>> {
  const tables = await client.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  const counts: Record<string, number> = {};
  for (const { schema, name } of tables.rows) {
    const table = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
    const result = await client.query<{ count: string }>(`select count(*) from ${table}`);
    counts[`${schema}.${name}`] = Number(result.rows[0]?.count);
  }
  return counts;
}
