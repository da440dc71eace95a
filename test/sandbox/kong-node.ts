import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  Agent,
  createServer,
  request,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort, type TestPostgres } from "./postgres";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body read as JSON. */
  json: Record<string, unknown>;
}

/** Waits until `check` holds, for at most `seconds`. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  seconds = 10,
): Promise<void> {
  const limit = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > limit) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export interface Send {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, text as it is. */
  body?: unknown;
  agent?: Agent;
}

export function http(url: string, { method = "GET", headers = {}, body, agent }: Send = {}): Promise<Reply> {
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const all: Record<string, string | number> = { ...headers };
  if (text !== undefined) all["content-length"] = Buffer.byteLength(text);
  if (body !== undefined && typeof body !== "string") all["content-type"] = "application/json";
  return new Promise((done, fail) => {
    const sent = request(url, { method, headers: all, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        const got = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        const json = got.startsWith("{") ? (JSON.parse(got) as Record<string, unknown>) : {};
        done({ status, headers: response.headers, body: got, json });
      });
    });
    sent.on("error", fail);
    sent.end(text);
  });
}

/** A server that stands behind the gateway. */
export async function serve(
  handle: RequestListener,
): Promise<{ port: number; server: Server; close: () => void }> {
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, server, close };
}

/** A prefix of the twin with ports of its own, on one of the databases of a test's PostgreSQL. */
export class KongNode {
  readonly prefix = mkdtempSync(join(tmpdir(), "kong-twin-"));
  private constructor(
    readonly version: string,
    readonly proxy: string,
    readonly admin: string,
    readonly status: string,
    readonly env: Record<string, string>,
  ) {}

  static async on(
    postgres: TestPostgres,
    database: string,
    version: string,
    more: Record<string, string> = {},
  ) {
    const ports = [await freePort(), await freePort(), await freePort()];
    const [proxy = "", admin = "", status = ""] = ports.map((port) => `127.0.0.1:${port}`);
    return new KongNode(version, `http://${proxy}`, `http://${admin}`, `http://${status}`, {
      KONG_PG_HOST: postgres.host,
      KONG_PG_PORT: String(postgres.port),
      KONG_PG_USER: postgres.user,
      KONG_PG_PASSWORD: postgres.password,
      KONG_PG_DATABASE: database,
      KONG_PROXY_LISTEN: proxy,
      KONG_ADMIN_LISTEN: admin,
      KONG_STATUS_LISTEN: status,
      ...more,
    });
  }

  /** On a new database, bootstrapped at `from`: each version's is made once and then copied. */
  static async bootstrapped(
    postgres: TestPostgres,
    database: string,
    version: string,
    { from = version, env = {} }: { from?: string; env?: Record<string, string> } = {},
  ) {
    const template = `bootstrapped ${from}`;
    if (
      (await postgres.query("postgres", `SELECT FROM pg_database WHERE datname = $1`, [template])).length ===
      0
    ) {
      const first = await KongNode.on(postgres, await postgres.createDatabase(template), from);
      const { code, stderr } = await first.kong("migrations bootstrap");
      await first.remove();
      if (code !== 0) throw new Error(`kong migrations bootstrap: ${stderr}`);
    }
    return KongNode.on(postgres, await postgres.createDatabase(database, template), version, env);
  }

  /** Runs a `kong` command at this node's version, or at another one. */
  kong(
    args: string,
    { version = this.version, env = {} }: { version?: string; env?: Record<string, string> } = {},
  ) {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("KONG_")));
    return new Promise<Ran>((done) => {
      execFile(
        resolve(__dirname, "../../sandbox/kong/bin/kong"),
        args.split(" "),
        { env: { ...clean, ...this.env, KONG_PREFIX: this.prefix, KONG_TWIN_VERSION: version, ...env } },
        (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  /** The exit code of `kong migrations list`. */
  async list(version = this.version): Promise<number> {
    return (await this.kong("migrations list", { version })).code;
  }

  async start(): Promise<this> {
    const { code, stderr } = await this.kong("start");
    if (code !== 0) throw new Error(`kong start: ${stderr}${this.log()}`);
    return this;
  }

  pid(): number {
    return Number(readFileSync(join(this.prefix, "pids/nginx.pid"), "utf8"));
  }

  log(): string {
    return readFileSync(join(this.prefix, "logs/error.log"), "utf8");
  }

  /** Creates an entity through the Admin API. */
  async create(path: string, body: unknown): Promise<Record<string, unknown>> {
    const { status, json, body: text } = await http(`${this.admin}/${path}`, { method: "POST", body });
    if (status !== 201) throw new Error(`POST /${path}: ${status} ${text}`);
    return json;
  }

  /** Ends the node, if it runs, and removes its prefix. */
  async remove(): Promise<void> {
    try {
      const pid = this.pid();
      process.kill(pid, "SIGKILL");
      await until("node gone", () => {
        try {
          process.kill(pid, 0);
          return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
        } catch {
          return true;
        }
      });
    } catch {
      // It does not run.
    }
    rmSync(this.prefix, { recursive: true, force: true });
  }
}
