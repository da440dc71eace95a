import { existsSync } from "node:fs";
import { appendFile, chmod, chown, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { passwordOf } from "../credentials-file";
import { filesOf, host } from "../layout";
import { lastLines } from "../../last-lines";
import { mustRun, run } from "../run-program";
import { postgresProgram, serverUser } from "./programs";

/** The cluster's own superuser, which makes and drops the slots' databases. */
export const superuser = "postgres";

function files(directory: string) {
  const at = filesOf(directory).postgres;
  return { at, data: path.join(at, "data"), log: path.join(at, "postgres.log"), mark: path.join(at, "made") };
}

/** Makes the cluster, half-made ones anew, and starts it. Adopts one that runs. */
export async function startCluster(directory: string, port: number): Promise<void> {
  const { at, data, mark } = files(directory);
  const as = await serverUser();
  const password = await passwordOf(directory, superuser);
  if (!existsSync(mark)) {
    await rm(at, { recursive: true, force: true });
    await mkdir(at, { recursive: true });
    if (as) await chown(at, as.uid, as.gid);
    await chmod(at, 0o700);
    await initialise(data, at, password, as);
    await appendFile(
      path.join(data, "postgresql.conf"),
      `listen_addresses = '${host}'\nport = ${port}\nunix_socket_directories = ''\nmax_connections = 300\nlog_min_error_statement = panic\n`,
    );
    await writeFile(mark, "");
  }
  await ensureCluster(directory);
}

async function initialise(
  data: string,
  at: string,
  password: string,
  as: Awaited<ReturnType<typeof serverUser>>,
) {
  const passwordFile = path.join(at, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (as) await chown(passwordFile, as.uid, as.gid);
  try {
    const args = [
      "-D",
      data,
      "-U",
      superuser,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
    ];
    await mustRun(postgresProgram("initdb"), [...args, "--locale=C"], { as, cwd: "/" });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Starts a cluster that was made and does not run, after a reboot say. */
export async function ensureCluster(directory: string): Promise<void> {
  const { data, log } = files(directory);
  const as = await serverUser();
  const status = await run(postgresProgram("pg_ctl"), ["-D", data, "status"], { as, cwd: "/" });
  if (status.exitCode === 0) return;
  const start = await run(postgresProgram("pg_ctl"), ["-D", data, "-l", log, "-w", "-t", "60", "start"], {
    as,
    cwd: "/",
  });
  if (start.exitCode === 0) return;
  const said = await run("tail", ["-n", "8", log]);
  throw new Error(`PostgreSQL does not start: ${lastLines(said.output || start.output)}`);
}

/** Stops the cluster and takes it away. Its databases were dropped before, each after a last snapshot. */
export async function removeCluster(directory: string): Promise<void> {
  const { at, data } = files(directory);
  if (existsSync(path.join(data, "postmaster.pid"))) {
    await run(postgresProgram("pg_ctl"), ["-D", data, "-m", "fast", "-w", "stop"], {
      as: await serverUser(),
      cwd: "/",
    });
  }
  await rm(at, { recursive: true, force: true });
}
