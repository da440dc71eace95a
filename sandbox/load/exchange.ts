import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import type { Echo } from "../upstream";
import type { LostKind, Method, Result } from "./ledger";

/** One request. */
export interface Call {
  id: string;
  host: string;
  port: number;
  method: Method;
  path: string;
  headers: Record<string, string>;
  body: Body;
  agent: Agent;
  timeoutMs: number;
}

/** A body and what its echo must say. */
export interface Body {
  bytes: Buffer;
  sha256: string;
}

export type Outcome = Pick<Result, "slot" | "version" | "lost">;

/**
 * Sends one request and judges its answer. node:http sends it exactly once: pools that repeat a request on a fresh
 * connection, as most clients do, would hide what is to be counted.
 */
export function exchange(call: Call): Promise<Outcome> {
  return new Promise((resolve) => {
    let answer: IncomingMessage | undefined;
    let receivedBefore = 0;
    const settle = (lost: Outcome["lost"]) => {
      clearTimeout(timer);
      resolve({ ...whoAnswered(answer?.headers), lost });
    };
    const lose = (kind: LostKind, reason: string) => settle({ kind, reason });

    const request = httpRequest({
      host: call.host,
      port: call.port,
      agent: call.agent,
      method: call.method,
      path: call.path,
      headers: headersOf(call),
    });
    const timer = setTimeout(() => {
      lose("timeout", `no complete answer within ${call.timeoutMs} ms`);
      request.destroy();
    }, call.timeoutMs);

    request.on("socket", (socket) => (receivedBefore = socket.bytesRead));
    request.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code ? `${error.code}: ${error.message}` : error.message;
      const received = (request.socket?.bytesRead ?? 0) - receivedBefore;
      if (answer || received > 0) lose("cut", `${reason}, in the midst of the answer`);
      else if (request.reusedSocket)
        lose("reused", `${reason}, on a kept connection before any byte of the answer`);
      else lose("connection", reason);
    });
    request.on("response", (response) => {
      answer = response;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => settle(judge(call, response.statusCode ?? 0, Buffer.concat(chunks))));
      response.on("error", (error) => lose("cut", `${error.message}, in the midst of the answer`));
    });
    request.end(call.body.bytes);
  });
}

function headersOf({ id, headers, method, body }: Call): Record<string, string | number> {
  const always = { ...headers, "x-load-id": id };
  if (method === "GET") return always;
  return { ...always, "content-type": "application/octet-stream", "content-length": body.bytes.length };
}

/** An answer is right when it has a status 2xx and echoes this very request. */
function judge({ id, method, body }: Call, status: number, answer: Buffer): Outcome["lost"] {
  if (status < 200 || status > 299) return { kind: "status", reason: `status ${status}` };
  const echo = parse(answer);
  const wanted = { id, method, length: body.bytes.length, sha256: body.sha256 };
  for (const [key, value] of Object.entries(wanted)) {
    const got = echo?.[key as keyof Echo];
    if (got !== value) return { kind: "body", reason: `the answer echoes ${key} ${got}, not ${value}` };
  }
  return null;
}

function parse(answer: Buffer): Partial<Echo> | null {
  try {
    return JSON.parse(answer.toString("utf8")) as Partial<Echo> | null;
  } catch {
    return null;
  }
}

/** The slot is the part before the dash of `x-gateway-slot` (`green-2`). */
export function whoAnswered(headers: IncomingHttpHeaders = {}): Pick<Outcome, "slot" | "version"> {
  const node = headers["x-gateway-slot"];
  const slot = typeof node === "string" ? node.split("-", 1)[0]?.trim() : undefined;
  return { slot: slot ? slot : null, version: versionFrom(headers.via) };
}

/**
 * The version out of `Via: 1.1 kong/3.9.1`. Of several entries the last names the proxy nearest to the client, which is
 * the gateway; its protocol may be written as `HTTP/1.1`, which is no product.
 */
export function versionFrom(via: string | undefined): string | null {
  const products = [...(via ?? "").matchAll(/([A-Za-z][\w.-]*)\/v?(\d[\w.+-]*)/g)];
  return products.filter(([, name]) => !/^https?$/i.test(name ?? "")).at(-1)?.[2] ?? null;
}
