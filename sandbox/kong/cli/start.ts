import { spawn } from "node:child_process";
import { mkdirSync, openSync, writeFileSync, closeSync, chmodSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadConfig, type Config } from "../config";
import { Database } from "../db/database";
import { NEEDS_BOOTSTRAP, up } from "../db/phases";
import { describe, type SchemaState } from "../db/state";
import { FaultSwitch } from "../faults";
import { since, type Version } from "../version";
import { CommandError } from "./error";
import { detail, log } from "./log";
import { numberOption, type Options } from "./options";
import { runningPid } from "./process";

export async function start(options: Options, version: Version): Promise<number> {
  const config = loadConfig({ conf: options.conf, prefix: options.prefix });
  if (runningPid(config) !== undefined) throw new CommandError(`Kong is already running in ${config.prefix}`);
  refuseUnverified(config, version);
  const faults = new FaultSwitch(version.text).current();
  preparePrefix(config);
  const db = await Database.connect(config, version);
  try {
    let state = await db.schemaState();
    if (options["run-migrations"] && (state.needsBootstrap || state.fresh.length > 0)) {
      const ttl = numberOption("lock-timeout", options["lock-timeout"], 60);
      await up(db, state, { ttl, force: false, fails: faults.migrationFails });
      state = await db.schemaState();
    }
    checkState(state);
  } finally {
    await db.close();
  }
  await launch(config);
  log("Kong started");
  return 0;
}

/** What a node of this version cannot serve. What it does not know, and what is pending, it starts on. */
function checkState(state: SchemaState): void {
  if (state.needsBootstrap) throw new CommandError(NEEDS_BOOTSTRAP);
  if (state.fresh.length > 0) {
    throw new CommandError("New migrations available; run 'kong migrations up' to proceed");
  }
  if (state.missing.length > 0) detail(`Database is missing some migrations:\n${describe(state.missing)}`);
  if (state.pending.length > 0) detail(`Database has pending migrations:\n${describe(state.pending)}`);
}

/** From 3.14 certificates are verified unless told otherwise, and a database that is not may not be used. */
function refuseUnverified(config: Config, version: Version): void {
  const { pg_ssl, pg_ssl_verify, tls_certificate_verify } = config.values;
  const verified = since(version, "3.14")
    ? tls_certificate_verify !== "off"
    : tls_certificate_verify === "on";
  if (verified && pg_ssl === "on" && pg_ssl_verify !== "on") {
    throw new CommandError("pg_ssl_verify must be enabled when tls_certificate_verify is on");
  }
}

function preparePrefix(config: Config): void {
  for (const dir of ["pids", "logs"]) mkdirSync(join(config.prefix, dir), { recursive: true });
  const lines = Object.entries(config.values).map(([key, value]) => `${key} = ${value}`);
  rmSync(config.kongEnv, { force: true });
  writeFileSync(config.kongEnv, `# written by kong start\n${lines.join("\n")}\n`, { mode: 0o600 });
  chmodSync(config.kongEnv, 0o600);
}

/** Starts the node and waits until it accepts connections, as nginx's own start does. */
async function launch(config: Config): Promise<void> {
  const foreground = config.values.nginx_main_daemon === "off";
  const logFile = openSync(join(config.prefix, "logs", "error.log"), "a");
  // The node reads its settings, the password among them, from the file in the prefix.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith("KONG_") || key.startsWith("KONG_TWIN_")),
  );
  if (env.KONG_TWIN_FAULTS_FILE) env.KONG_TWIN_FAULTS_FILE = resolve(env.KONG_TWIN_FAULTS_FILE);
  const output = foreground ? ("inherit" as const) : logFile;
  const child = spawn(process.execPath, [join(__dirname, "..", "bin", "kong-node"), config.prefix], {
    detached: !foreground,
    cwd: "/",
    env,
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(logFile);
  const failure = await new Promise<string | undefined>((done) => {
    child.once("message", (message) => done((message as { error?: string }).error));
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(`nginx: the process ended (${signal ?? `exit code ${code}`})`));
  });
  if (failure !== undefined) throw new CommandError(failure);
  if (foreground) {
    const ended = new Promise<number>((done) => child.once("exit", (code) => done(code ?? 1)));
    for (const name of ["SIGTERM", "SIGQUIT", "SIGINT", "SIGHUP"] as const)
      process.on(name, () => child.kill(name));
    process.exitCode = await ended;
    return;
  }
  child.disconnect();
  child.unref();
}
