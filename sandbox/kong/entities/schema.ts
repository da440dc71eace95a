/** A field as Kong's `/schemas` endpoints describe it; functions do not survive into that JSON, as in Kong. */
export interface Field {
  type: "string" | "integer" | "number" | "boolean" | "array" | "set" | "map" | "record" | "foreign";
  required?: boolean;
  default?: unknown;
  unique?: boolean;
  auto?: boolean;
  uuid?: boolean;
  timestamp?: boolean;
  one_of?: readonly (string | number)[];
  between?: readonly [number, number];
  gt?: number;
  len_min?: number;
  starts_with?: string;
  elements?: Field;
  keys?: Field;
  values?: Field;
  fields?: Fields;
  /** The entity that a foreign field names by its id. */
  reference?: string;
  on_delete?: "cascade";
  /** What is wrong with a value, or undefined. */
  check?: (value: string) => string | undefined;
}

/** Kong keeps fields as a list of one-key objects, so that they have an order. */
export type Fields = readonly Record<string, Field | undefined>[];

export type Json = Record<string, unknown>;

export function entries(fields: Fields): [string, Field][] {
  return fields.flatMap((one) => Object.entries(one) as [string, Field][]);
}

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const name = /^[\w.\-~\u0080-\uffff]+$/;
const tag = /^[ !-+\-.0-~\u0080-\uffff]+$/;

/** Field types that several entities share. */
export const typedefs = {
  id: { type: "string", uuid: true, auto: true },
  timestamp: { type: "integer", timestamp: true, auto: true },
  timestampMs: { type: "number", timestamp: true, auto: true },
  name: {
    type: "string",
    unique: true,
    check: (value) =>
      name.test(value)
        ? undefined
        : `invalid value '${value}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`,
  },
  tags: {
    type: "set",
    elements: {
      type: "string",
      check: (value) =>
        tag.test(value)
          ? undefined
          : `invalid tag '${value}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`,
    },
  },
  protocol: {
    type: "string",
    one_of: ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"],
  },
  host: {
    type: "string",
    check: (value) =>
      /:\d+$/.test(value)
        ? "must not have a port"
        : /^[\w.*\-:[\]]+$/.test(value)
          ? undefined
          : `invalid value: ${value}`,
  },
  path: {
    type: "string",
    starts_with: "/",
    check: (value) => (value.includes("//") ? "must not have empty segments" : undefined),
  },
  timeout: { type: "integer", between: [1, 2 ** 31 - 2], default: 60000 },
} satisfies Record<string, Field>;
