import type { ServerResponse } from "node:http";
import type { Outcome } from "../plugins/types";

export interface OwnAnswer extends Outcome {
  requestId: string;
  server: string;
  started: number;
  extra?: Iterable<[string, string | number]>;
}

/** An answer of Kong's own, with the headers that Kong gives such answers. */
export function answer(response: ServerResponse, own: OwnAnswer): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = typeof own.body === "string" ? own.body : JSON.stringify(own.body);
  response.statusCode = own.status;
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  for (const [name, value] of own.extra ?? []) response.setHeader(name, value);
  for (const [name, value] of Object.entries(own.headers ?? {})) response.setHeader(name, value);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.setHeader("X-Kong-Response-Latency", Math.round(performance.now() - own.started));
  response.setHeader("Server", own.server);
  response.setHeader("X-Kong-Request-Id", own.requestId);
  response.end(text);
}
