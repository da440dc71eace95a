import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { Pool, type Dispatcher } from "undici";

/** Bodies up to this size are read before they are sent on, so that a failed connection can be tried again. */
const BUFFERED = 64 * 1024;
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);
/** Failures before the first byte of a request was sent. */
const UNSENT = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export type Body = Buffer | Readable | null;

export interface Call {
  origin: string;
  path: string;
  method: string;
  headers: string[];
  body: Body;
  connectTimeout: number;
  readTimeout: number;
}

export interface Failure {
  /** 502, 503 or 504, as Kong answers it. */
  status: number;
  /** Whether the same request may be sent again. */
  again: boolean;
}

/** Connections to the upstreams, kept alive between requests. */
export class UpstreamPools {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly keepAlive: number) {}

  pool(origin: string, connectTimeout: number): Pool {
    const key = `${origin} ${connectTimeout}`;
    let pool = this.pools.get(key);
    if (!pool) {
      pool = new Pool(origin, {
        pipelining: 1,
        keepAliveTimeout: this.keepAlive,
        connect: { timeout: connectTimeout },
      });
      this.pools.set(key, pool);
    }
    return pool;
  }
}

/** The body to send on: nothing, a small one read whole, or a stream. */
export async function bodyOf(request: IncomingMessage): Promise<Body> {
  const length = request.headers["content-length"];
  if (request.headers["transfer-encoding"] === undefined && (length === undefined || length === "0"))
    return null;
  if (length === undefined || Number(length) > BUFFERED) {
    // A stream of its own: a failing upstream must not take the client's connection with it.
    const stream = new PassThrough();
    stream.on("error", () => undefined);
    request.on("error", (error) => stream.destroy(error));
    return request.pipe(stream);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends a request and hands the answer through. Resolves with the failure if nothing has been answered yet. */
export function call(
  pools: UpstreamPools,
  request: Call,
  response: ServerResponse,
  begin: (status: number, headers: Record<string, string | string[] | undefined>) => void,
): Promise<Failure | undefined> {
  return new Promise((done) => {
    let controller: Dispatcher.DispatchController | undefined;
    let begun = false;
    const onClose = () => {
      if (!response.writableFinished) controller?.abort(new Error("client closed request"));
    };
    response.once("close", onClose);
    const finish = (failure?: Failure) => {
      response.off("close", onClose);
      done(failure);
    };
    pools.pool(request.origin, request.connectTimeout).dispatch(
      {
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.body,
        headersTimeout: request.readTimeout,
        bodyTimeout: request.readTimeout,
      },
      {
        onRequestStart(given) {
          controller = given;
          if (response.destroyed) given.abort(new Error("client closed request"));
        },
        onResponseStart(_given, status, headers) {
          if (status < 200) return;
          begun = true;
          begin(status, headers);
        },
        onResponseData(given, chunk) {
          if (response.write(chunk)) return;
          given.pause();
          response.once("drain", () => given.resume());
        },
        onResponseEnd() {
          response.end();
          finish();
        },
        onResponseError(_given, error) {
          if (begun || response.destroyed) {
            response.destroy();
            finish();
          } else finish(failureOf(error, request));
        },
      },
    );
  });
}

function failureOf(error: Error, { method, body }: Call): Failure {
  const { code = "" } = error as NodeJS.ErrnoException;
  const unsent = UNSENT.has(code) || error.message.startsWith("connect ");
  const repeatable = body === null || Buffer.isBuffer(body);
  const timeout = code.endsWith("TIMEOUT") || code === "ETIMEDOUT";
  const unknown = code === "ENOTFOUND" || code === "EAI_AGAIN";
  return {
    status: unknown ? 503 : timeout ? 504 : 502,
    again: repeatable && (unsent || IDEMPOTENT.has(method)),
  };
}
