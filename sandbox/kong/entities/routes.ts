import { since } from "../version";
import { typedefs, type Field, type Json } from "./schema";
import type { Entity } from "./types";

const HTTP = ["http", "https"];
const endpoint: Field = {
  type: "set",
  elements: {
    type: "record",
    fields: [{ ip: { type: "string" } }, { port: { type: "integer", between: [0, 65535] } }],
  },
};

export const routes: Entity = {
  name: "routes",
  path: "routes",
  nestedPath: "routes",
  endpointKey: "name",
  fields: (version) => [
    { id: typedefs.id },
    { created_at: typedefs.timestamp },
    { updated_at: typedefs.timestamp },
    { name: typedefs.name },
    {
      protocols: {
        type: "set",
        len_min: 1,
        required: true,
        elements: typedefs.protocol,
        // Since 3.14 a new route takes no plain HTTP unless it says so.
        default: since(version, "3.14") ? ["https"] : HTTP,
      },
    },
    {
      https_redirect_status_code: {
        type: "integer",
        one_of: [426, 301, 302, 307, 308],
        default: 426,
        required: true,
      },
    },
    { strip_path: { type: "boolean", required: true, default: true } },
    { preserve_host: { type: "boolean", required: true, default: false } },
    { request_buffering: { type: "boolean", required: true, default: true } },
    { response_buffering: { type: "boolean", required: true, default: true } },
    { tags: typedefs.tags },
    { service: { type: "foreign", reference: "services" } },
    { snis: { type: "set", elements: typedefs.host } },
    { sources: endpoint },
    { destinations: endpoint },
    {
      methods: {
        type: "set",
        elements: {
          type: "string",
          check: (value) => (/^[A-Z]+$/.test(value) ? undefined : `invalid value: ${value}`),
        },
      },
    },
    { hosts: { type: "set", elements: typedefs.host } },
    { paths: { type: "array", elements: { type: "string", check: pathError } } },
    {
      headers: {
        type: "map",
        keys: {
          type: "string",
          check: (value) =>
            /^host$/i.test(value)
              ? "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
              : undefined,
        },
        values: { type: "array", elements: { type: "string" } },
      },
    },
    { regex_priority: { type: "integer", default: 0 } },
    { path_handling: { type: "string", default: "v0", one_of: ["v0", "v1"] } },
  ],
  check(route) {
    const errors: Json = {};
    const protocols = Array.isArray(route.protocols) ? (route.protocols as string[]) : [];
    const web = protocols.filter((one) => HTTP.includes(one));
    if (web.length > 0 && web.length < protocols.length) {
      errors.protocols =
        "these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls', 'udp'), ('tls_passthrough'), ('grpc', 'grpcs')";
    }
    const criteria = [
      "methods",
      "hosts",
      "headers",
      "paths",
      ...(protocols.length === 1 && protocols[0] === "https" ? ["snis"] : []),
    ];
    const empty = (value: unknown) =>
      value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (web.length === protocols.length && criteria.every((one) => empty(route[one]))) {
      const names = protocols.includes("https") && !protocols.includes("http") ? [...criteria] : criteria;
      errors["@entity"] = [
        `must set one of ${quoted(names)} when 'protocols' is '${web.length > 1 ? "http' or 'https" : (web[0] ?? "http")}'`,
      ];
    }
    return errors;
  },
};

function quoted(names: string[]): string {
  const all = names.map((one) => `'${one}'`);
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

function pathError(value: string): string | undefined {
  if (value.startsWith("~")) {
    try {
      new RegExp(value.slice(1));
      return undefined;
    } catch (error) {
      return `invalid regex: '${value.slice(1)}' (PCRE returned: ${(error as Error).message})`;
    }
  }
  if (!value.startsWith("/")) return "should start with: / (fixed path) or ~/ (regex path)";
  return value.includes("//") ? "must not have empty segments" : undefined;
}
