import type { IncomingMessage } from "node:http";
import type { Context } from "../plugins/types";

/** Headers that belong to one connection, and those that the proxy writes itself. */
const DROPPED = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "x-real-ip",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-path",
  "x-forwarded-prefix",
  "x-forwarded-for",
  "via",
  "x-kong-request-id",
]);

export interface Outgoing {
  host: string;
  port: number;
  server: string;
  /** The part of the path that was taken off. */
  prefix: string | undefined;
}

/** What the upstream is sent: the client's headers, and what Kong adds. */
export function upstreamHeaders(context: Context, { host, port, server, prefix }: Outgoing): string[] {
  const { request } = context;
  const named = listed(request);
  const headers: string[] = ["host", host];
  const raw = request.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const lower = name.toLowerCase();
    if (DROPPED.has(lower) || named?.has(lower) || context.upstreamHeaders.has(lower)) continue;
    headers.push(name, raw[index + 1] ?? "");
  }
  const via = request.headers.via;
  const forwarded = request.headers["x-forwarded-for"];
  headers.push(
    "X-Forwarded-For",
    forwarded === undefined ? context.clientIp : `${String(forwarded)}, ${context.clientIp}`,
    "X-Forwarded-Proto",
    "http",
    "X-Forwarded-Host",
    hostName(request),
    "X-Forwarded-Port",
    String(port),
    "X-Forwarded-Path",
    request.url ?? "/",
    "X-Real-IP",
    context.clientIp,
    "Via",
    `${via === undefined ? "" : `${via}, `}${request.httpVersion} ${server}`,
    "X-Kong-Request-Id",
    context.requestId,
  );
  if (prefix !== undefined) headers.push("X-Forwarded-Prefix", prefix);
  for (const [name, value] of context.upstreamHeaders) if (value !== null) headers.push(name, value);
  return headers;
}

/** The host that the client asked for, without its port. */
export function hostName(request: IncomingMessage): string {
  return (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
}

function listed({ headers: { connection } }: IncomingMessage): Set<string> | undefined {
  if (connection === undefined || /^(keep-alive|close)$/i.test(connection)) return undefined;
  return new Set(connection.split(",").map((one) => one.trim().toLowerCase()));
}

/** What the client gets of the upstream's headers. */
export function passesDown(name: string): boolean {
  return !["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "via"].includes(
    name,
  );
}
