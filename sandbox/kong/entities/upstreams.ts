import { since } from "../version";
import { typedefs, type Field, type Json } from "./schema";
import type { Entity } from "./types";

const HASH_ON = ["none", "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture"];
const hashOn: Field = { type: "string", default: "none", one_of: HASH_ON };
const text: Field = { type: "string" };
const count = (initial: number): Field => ({ type: "integer", between: [0, 255], default: initial });
const seconds = (initial: number): Field => ({ type: "number", between: [0, 65535], default: initial });
const statuses = (...initial: number[]): Field => ({
  type: "array",
  elements: { type: "integer", between: [100, 999] },
  default: initial,
});
const kind: Field = { type: "string", one_of: ["tcp", "http", "https", "grpc", "grpcs"], default: "http" };
const failures = { tcp_failures: count(0), timeouts: count(0), http_failures: count(0) };
const record = (fields: Record<string, Field>): Field => ({
  type: "record",
  required: true,
  fields: [fields],
});

const healthchecks = record({
  threshold: { type: "number", between: [0, 100], default: 0 },
  active: record({
    type: kind,
    timeout: seconds(1),
    concurrency: { type: "integer", between: [1, 2 ** 31], default: 10 },
    http_path: { ...typedefs.path, default: "/" },
    https_sni: text,
    https_verify_certificate: { type: "boolean", required: true, default: true },
    headers: { type: "map", keys: text, values: { type: "array", elements: text } },
    healthy: record({ interval: seconds(0), http_statuses: statuses(200, 302), successes: count(0) }),
    unhealthy: record({
      interval: seconds(0),
      http_statuses: statuses(429, 404, 500, 501, 502, 503, 504, 505),
      ...failures,
    }),
  }),
  passive: record({
    type: kind,
    healthy: record({
      // prettier-ignore
      http_statuses: statuses(200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308),
      successes: count(0),
    }),
    unhealthy: record({ http_statuses: statuses(429, 500, 503), ...failures }),
  }),
});

export const upstreams: Entity = {
  name: "upstreams",
  path: "upstreams",
  nestedPath: "upstreams",
  endpointKey: "name",
  fields: (version) => [
    { id: typedefs.id },
    { created_at: typedefs.timestamp },
    { updated_at: typedefs.timestamp },
    { name: { type: "string", required: true, unique: true, check: nameError } },
    {
      algorithm: {
        type: "string",
        default: "round-robin",
        one_of: ["consistent-hashing", "least-connections", "round-robin", "latency"],
      },
    },
    { hash_on: hashOn },
    { hash_fallback: hashOn },
    { hash_on_header: text },
    { hash_fallback_header: text },
    { hash_on_cookie: text },
    { hash_on_cookie_path: { ...typedefs.path, default: "/" } },
    { hash_on_query_arg: text },
    { hash_fallback_query_arg: text },
    { hash_on_uri_capture: text },
    { hash_fallback_uri_capture: text },
    { slots: { type: "integer", default: 10000, between: [10, 65536] } },
    { healthchecks },
    { tags: typedefs.tags },
    { host_header: text },
    { client_certificate: { type: "foreign", reference: "certificates" } },
    { use_srv_name: { type: "boolean", default: false } },
    ...(since(version, "3.13")
      ? [
          { sticky_sessions_cookie: text },
          { sticky_sessions_cookie_path: { ...typedefs.path, default: "/" } },
        ]
      : []),
  ],
};

function nameError(value: string): string | undefined {
  if (/^[\d.]+$/.test(value)) return `Invalid name ('${value}'); no ip addresses allowed`;
  if (/:\d+$/.test(value)) return `Invalid name ('${value}'); no port allowed`;
  return /^[\w.-]+$/.test(value) ? undefined : `Invalid name ('${value}'); must be a valid hostname`;
}

export const targets: Entity = {
  name: "targets",
  path: "targets",
  nestedPath: "targets",
  endpointKey: "target",
  nestedOnly: true,
  fields: (version) => [
    { id: typedefs.id },
    { created_at: typedefs.timestampMs },
    { updated_at: typedefs.timestampMs },
    { upstream: { type: "foreign", reference: "upstreams", required: true, on_delete: "cascade" } },
    {
      target: {
        type: "string",
        required: true,
        check: (value) =>
          /^(\[[0-9a-f:]+\]|[\w.-]+)(:\d+)?$/i.test(value)
            ? undefined
            : `Invalid target ('${value}'); not a valid hostname or ip address`,
      },
    },
    { weight: { type: "integer", default: 100, between: [0, 65535] } },
    { tags: typedefs.tags },
    ...(since(version, "3.13") ? [{ failover: { type: "boolean" as const, default: false } }] : []),
  ],
  uniqueTogether: ["target", "upstream"],
  // Up to 3.10 a target carries a cache key of its own.
  hidden: (version, row) =>
    since(version, "3.13")
      ? {}
      : { cache_key: `targets:${(row.upstream as { id: string }).id}:${String(row.target)}:::` },
  // A target without a port gets Kong's default.
  expand: (body): Json =>
    typeof body.target === "string" && /^[^:]+$/.test(body.target)
      ? { ...body, target: `${body.target}:8000` }
      : body,
};
