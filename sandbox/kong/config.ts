import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "./cli/error";
import { parseListen, type Listener } from "./node/listen";

/** Kong's settings that mean something to the twin, with Kong's defaults (but loopback only, and quicker propagation). */
const DEFAULTS: Record<string, string> = {
  prefix: "/usr/local/kong",
  log_level: "notice",
  role: "traditional",
  database: "postgres",
  node_id: "",
  plugins: "bundled",
  proxy_listen: "127.0.0.1:8000",
  admin_listen: "127.0.0.1:8001",
  status_listen: "127.0.0.1:8007",
  nginx_main_daemon: "on",
  nginx_worker_processes: "1",
  db_update_frequency: "1",
  upstream_keepalive_pool_size: "512",
  upstream_keepalive_idle_timeout: "60",
  tls_certificate_verify: "",
  pg_host: "127.0.0.1",
  pg_port: "5432",
  pg_timeout: "5000",
  pg_user: "kong",
  pg_password: "",
  pg_database: "kong",
  pg_schema: "",
  pg_ssl: "off",
  pg_ssl_verify: "off",
};

/** Settings whose values Kong's Admin API never shows. */
export const SENSITIVE = ["pg_password"];

export interface Config {
  values: Record<string, string>;
  prefix: string;
  proxy: Listener[];
  admin: Listener[];
  status: Listener[];
  pidFile: string;
  /** The settings a node was started with; it holds the password and is readable by its owner only. */
  kongEnv: string;
}

export interface ConfigSource {
  /** Path of a kong.conf. */
  conf?: string | undefined;
  /** Wins over file and environment. */
  prefix?: string | undefined;
  /** KONG_* variables win over the file; ones that are no setting of ours are ignored. */
  env?: NodeJS.ProcessEnv;
}

export function loadConfig({ conf, prefix, env = process.env }: ConfigSource): Config {
  const values = { ...DEFAULTS, ...(conf === undefined ? {} : readConf(conf)) };
  for (const key of Object.keys(DEFAULTS)) {
    const value = env[`KONG_${key.toUpperCase()}`];
    if (value !== undefined) values[key] = value;
  }
  if (prefix !== undefined) values.prefix = prefix;
  return checked(values);
}

/** The settings of the node that was started in `prefix`. */
export function loadRunning(prefix: string | undefined): Config {
  const config = loadConfig({ prefix });
  return loadConfig({ conf: config.kongEnv, prefix: config.prefix, env: {} });
}

function readConf(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new CommandError(`no file at: ${path}`);
  }
  const values: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^\s*([a-z][a-z0-9_]*)\s*=\s*(.*?)\s*(?:\s#.*)?$/.exec(line);
    if (match?.[1] !== undefined) values[match[1]] = (match[2] ?? "").replace(/^(["'])(.*)\1$/, "$2");
  }
  return values;
}

function checked(values: Record<string, string>): Config {
  const of = (key: string) => values[key] ?? "";
  if (of("role") !== "traditional") {
    throw new CommandError(`role = ${of("role")}: the twin stands in for traditional mode only`);
  }
  if (of("database") !== "postgres") {
    throw new CommandError(`database = ${of("database")}: the twin keeps its data in postgres only`);
  }
  for (const key of ["pg_port", "pg_timeout", "db_update_frequency"]) {
    if (!(Number(of(key)) > 0)) throw new CommandError(`${key} is not a number: '${of(key)}'`);
  }
  for (const [key, value] of Object.entries(values)) {
    if (value.startsWith("{vault://"))
      throw new CommandError(`${key}: the twin resolves no vault references`);
  }
  const prefix = resolve(of("prefix"));
  return {
    values: { ...values, prefix },
    prefix,
    proxy: parseListen("proxy_listen", of("proxy_listen")),
    admin: parseListen("admin_listen", of("admin_listen")),
    status: parseListen("status_listen", of("status_listen")),
    pidFile: resolve(prefix, "pids", "nginx.pid"),
    kongEnv: resolve(prefix, ".kong_env"),
  };
}
