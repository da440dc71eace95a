import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";

/** What the upstream answers: enough to prove that a request came through whole, and the answer to its sender. */
export interface Echo {
  /** The request's `x-load-id` header, null without one. */
  id: string | null;
  method: string;
  /** Path and query as they arrived, so that what a gateway strips or adds is visible. */
  path: string;
  /** Bytes of the body. */
  length: number;
  /** sha256 of the body, hexadecimal. */
  sha256: string;
}

export interface UpstreamArgs {
  /** Port on loopback; 0 (the default) takes a free one. */
  port?: number;
}

export interface Upstream {
  port: number;
  /** Requests whose body arrived whole, since the start. */
  requests(): number;
  /** Ends at once: open connections are cut. */
  close(): Promise<void>;
}

/** Longest delay that `?delay=` can ask for, in milliseconds. */
const longestDelay = 60_000;

/** A gateway pools connections to its upstream; one that the upstream closed first would look like the gateway's fault. */
const keepAliveMs = 3_600_000;

/** Answers one request; a server of a test may put a fault before it. `received` is called once the body is complete. */
export function echo(request: IncomingMessage, response: ServerResponse, received?: () => void): void {
  if (request.method !== "GET" && request.method !== "POST") {
    response.writeHead(405, { allow: "GET, POST" }).end();
    return;
  }
  const hash = createHash("sha256");
  let length = 0;
  request.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    length += chunk.length;
  });
  request.on("end", () => {
    received?.();
    const path = request.url ?? "/";
    const id = request.headers["x-load-id"];
    const answer: Echo = {
      id: typeof id === "string" ? id : null,
      method: request.method ?? "",
      path,
      length,
      sha256: hash.digest("hex"),
    };
    const text = JSON.stringify(answer);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const reply = () => response.writeHead(200, headers).end(text);
    const delay = delayOf(path);
    if (delay > 0) setTimeout(reply, delay);
    else reply();
  });
}

function delayOf(path: string): number {
  const delay = Number(new URL(path, "http://upstream").searchParams.get("delay"));
  return Number.isFinite(delay) ? Math.min(Math.max(delay, 0), longestDelay) : 0;
}

/** The API behind the gateway. */
export async function startUpstream(args: UpstreamArgs = {}): Promise<Upstream> {
  let count = 0;
  const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: 0 }, (request, response) =>
    echo(request, response, () => count++),
  );
  const port = await listen(server, args.port ?? 0);
  return {
    port,
    requests: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Listens on loopback only and gives the port it got. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
  const upstream = await startUpstream({ port: Number(values.port) });
  console.log(JSON.stringify({ listening: upstream.port }));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void upstream.close());
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`upstream: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
