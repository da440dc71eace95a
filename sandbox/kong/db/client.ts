import "../../../tools/quick-pg.cjs";
import { Client, Pool, types, type PoolConfig } from "pg";
import type { Config } from "../config";

// Counters and timestamps arrive as numbers; none of Kong's columns needs more than 53 bits.
types.setTypeParser(types.builtins.INT8, Number);

/** The part of a connection that migrations and queries use. */
export interface Queryable {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
}

function options(config: Config): PoolConfig {
  const { values } = config;
  return {
    host: values.pg_host ?? "",
    port: Number(values.pg_port),
    user: values.pg_user ?? "",
    password: values.pg_password ?? "",
    database: values.pg_database ?? "",
    application_name: "kong",
    connectionTimeoutMillis: Number(values.pg_timeout),
    ...(values.pg_schema ? { options: `-c search_path=${values.pg_schema}` } : {}),
    ssl: values.pg_ssl === "on" ? { rejectUnauthorized: values.pg_ssl_verify === "on" } : false,
  };
}

export function newClient(config: Config): Client {
  return new Client(options(config));
}

export function newPool(config: Config): Pool {
  const pool = new Pool({
    ...options(config),
    max: 8,
    idleTimeoutMillis: 30_000,
    query_timeout: Number(config.values.pg_timeout),
  });
  // A connection that breaks while idle is replaced at the next query.
  pool.on("error", () => undefined);
  return pool;
}
