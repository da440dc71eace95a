import type { Fields, Json } from "../entities/schema";

/** A plugin's settings, as its schema describes them. */
export interface PluginSchema {
  /** Kong runs plugins from the highest to the lowest. */
  priority: number;
  fields: Fields;
  /** Fields that depend on each other. */
  check?: (config: Json) => Json;
  /** May not be bound to a consumer. */
  noConsumer?: boolean;
}

const limit = { type: "number", gt: 0 } as const;
const PERIODS = ["second", "minute", "hour", "day", "month", "year"];

/** The plugins that the twin really runs; no other can be configured. */
export const PLUGINS: Record<string, PluginSchema | undefined> = {
  "correlation-id": {
    priority: 100001,
    fields: [
      { header_name: { type: "string", default: "Kong-Request-ID" } },
      {
        generator: {
          type: "string",
          default: "uuid#counter",
          required: true,
          one_of: ["uuid", "uuid#counter", "tracker"],
        },
      },
      { echo_downstream: { type: "boolean", required: true, default: false } },
    ],
  },
  "key-auth": {
    priority: 1250,
    noConsumer: true,
    fields: [
      { key_names: { type: "array", required: true, elements: { type: "string" }, default: ["apikey"] } },
      { hide_credentials: { type: "boolean", required: true, default: false } },
      { anonymous: { type: "string" } },
      { key_in_header: { type: "boolean", required: true, default: true } },
      { key_in_query: { type: "boolean", required: true, default: true } },
      { key_in_body: { type: "boolean", required: true, default: false } },
      { run_on_preflight: { type: "boolean", required: true, default: true } },
      { realm: { type: "string" } },
    ],
    check: (config): Json =>
      config.key_in_body === true
        ? { config: { key_in_body: "the twin looks for keys in headers and query only" } }
        : {},
  },
  "rate-limiting": {
    priority: 910,
    fields: [
      ...PERIODS.map((period) => ({ [period]: limit })),
      {
        limit_by: {
          type: "string",
          default: "consumer",
          one_of: ["consumer", "credential", "ip", "service", "header", "path"],
        },
      },
      { header_name: { type: "string" } },
      { path: { type: "string", starts_with: "/" } },
      { policy: { type: "string", default: "local", one_of: ["local", "cluster"] } },
      { fault_tolerant: { type: "boolean", required: true, default: true } },
      { hide_client_headers: { type: "boolean", required: true, default: false } },
      { error_code: { type: "number", default: 429, gt: 0 } },
      { error_message: { type: "string", default: "API rate limit exceeded" } },
      { sync_rate: { type: "number", required: true, default: -1 } },
    ],
    check: rateLimitError,
  },
  "request-termination": {
    priority: 2,
    fields: [
      { status_code: { type: "integer", required: true, default: 503, between: [100, 599] } },
      { message: { type: "string" } },
      { content_type: { type: "string" } },
      { body: { type: "string" } },
      { echo: { type: "boolean", required: true, default: false } },
      { trigger: { type: "string" } },
    ],
    check: (config): Json =>
      (config.message ?? null) !== null &&
      ((config.body ?? null) !== null || (config.content_type ?? null) !== null)
        ? { config: "message cannot be used with content_type or body" }
        : {},
  },
};

function rateLimitError(config: Json): Json {
  const set = PERIODS.filter((period) => typeof config[period] === "number");
  if (set.length === 0) {
    const names = PERIODS.map((period) => `'config.${period}'`).join(", ");
    return { "@entity": [`at least one of these fields must be non-empty: ${names}`] };
  }
  for (const [index, lower] of set.entries()) {
    const upper = set.slice(index + 1).find((one) => (config[one] as number) < (config[lower] as number));
    if (upper === undefined) continue;
    const text = (period: string) => `${period}(${(config[period] as number).toFixed(1)})`;
    return { config: `The limit for ${text(upper)} cannot be lower than the limit for ${text(lower)}` };
  }
  if (config.sync_rate !== -1) return { config: "sync_rate can only be used with the redis policy" };
  for (const [by, needed] of [
    ["header", "header_name"],
    ["path", "path"],
  ] as const) {
    if (config.limit_by === by && (config[needed] ?? null) === null) {
      return { config: { [needed]: "required field missing" } };
    }
  }
  return {};
}
