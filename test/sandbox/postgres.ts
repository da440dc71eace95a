import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { Client } from "pg";

/** A PostgreSQL of the tests' own: in a temporary directory, on a free loopback port, gone after `stop`. */
export interface TestPostgres {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Makes a database, empty or as another one is, and returns its name. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Runs SQL in one of the databases. */
  query(database: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgres();
  const owner = unprivilegedOwner();
  const dir = mkdtempSync(join(tmpdir(), "kong-twin-postgres-"));
  const [user, password] = ["kong", "twin-password"];
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const path of [dir, passwordFile]) if (owner) chownSync(path, owner.uid, owner.gid);
  const data = join(dir, "data");
  const made = spawnSync(
    join(bin, "initdb"),
    [
      "-D",
      data,
      "-U",
      user,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "-E",
      "UTF8",
      "--locale=C",
      "-N",
    ],
    { ...owner, cwd: dir, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  const port = await freePort();
  const server = spawn(
    join(bin, "postgres"),
    // prettier-ignore
    ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", dir, "-F", "-c", "max_connections=100", "-c", "shared_buffers=32MB"],
    { ...owner, cwd: dir, stdio: ["ignore", "ignore", "pipe"] },
  );
  // A run that is broken off takes its server along.
  const end = () => void server.kill("SIGINT");
  process.once("exit", end);
  let output = "";
  server.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const query: TestPostgres["query"] = async (database, sql, values) => {
    const client = new Client({ host: "127.0.0.1", port, user, password, database });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const stop = async () => {
    process.off("exit", end);
    if (server.exitCode === null && server.signalCode === null) {
      const gone = new Promise((done) => server.once("exit", done));
      server.kill("SIGINT");
      await gone;
    }
    rmSync(dir, { recursive: true, force: true });
  };
  await answers(
    server,
    () => query("postgres", "SELECT 1"),
    () => output,
  ).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const createDatabase = async (name: string, template = "template0") => {
    await query("postgres", `CREATE DATABASE "${name}" TEMPLATE "${template}"`);
    return name;
  };
  return { host: "127.0.0.1", port, user, password, createDatabase, query, stop };
}

async function answers(
  server: ChildProcess,
  ask: () => Promise<unknown>,
  output: () => string,
): Promise<void> {
  const limit = Date.now() + 20_000;
  for (;;) {
    if (server.exitCode !== null || Date.now() > limit)
      throw new Error(`postgres did not start:\n${output()}`);
    try {
      await ask();
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** PATH, then what the set-up found, then where Debian keeps it. */
function findPostgres(): string {
  const known = resolve("node_modules/.gateway-upgrade/programs.json");
  const chosen = existsSync(known)
    ? (JSON.parse(readFileSync(known, "utf8")) as { postgres?: string }).postgres
    : undefined;
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...(process.env.PATH ?? "").split(delimiter),
    ...(chosen === undefined ? [] : [chosen]),
    ...versions.map((version) => join(debian, version, "bin")),
  ];
  const found = candidates.find(
    (dir) => existsSync(join(dir, "initdb")) && existsSync(join(dir, "postgres")),
  );
  if (found === undefined)
    throw new Error("no PostgreSQL server found: install one (Debian: apt-get install postgresql)");
  return found;
}

/** PostgreSQL does not run as root: then it is `postgres`, or `nobody`. */
function unprivilegedOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (!user) throw new Error("root, and neither a user postgres nor nobody to run PostgreSQL as");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
