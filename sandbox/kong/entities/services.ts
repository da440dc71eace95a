import { since } from "../version";
import { typedefs, type Json } from "./schema";
import type { Entity } from "./types";

const TLS_ONLY = ["client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates", "tls_sans"];

export const services: Entity = {
  name: "services",
  path: "services",
  nestedPath: "services",
  endpointKey: "name",
  fields: (version) => [
    { id: typedefs.id },
    { created_at: typedefs.timestamp },
    { updated_at: typedefs.timestamp },
    { name: typedefs.name },
    { retries: { type: "integer", default: 5, between: [0, 32767] } },
    { protocol: { ...typedefs.protocol, required: true, default: "http" } },
    { host: { ...typedefs.host, required: true } },
    { port: { type: "integer", between: [0, 65535], required: true, default: 80 } },
    { path: typedefs.path },
    { connect_timeout: typedefs.timeout },
    { write_timeout: typedefs.timeout },
    { read_timeout: typedefs.timeout },
    { tags: typedefs.tags },
    { client_certificate: { type: "foreign", reference: "certificates" } },
    { tls_verify: { type: "boolean" } },
    { tls_verify_depth: { type: "integer", between: [0, 64] } },
    { ca_certificates: { type: "array", elements: { type: "string", uuid: true } } },
    { enabled: { type: "boolean", required: true, default: true } },
    ...(since(version, "3.10") ? [{ tls_sans: { type: "record" as const } }] : []),
  ],
  expand,
  check(service) {
    const errors: Json = {};
    if (!["https", "tls"].includes(String(service.protocol))) {
      for (const field of TLS_ONLY) {
        if ((service[field] ?? null) !== null) errors[field] = "value must be null";
      }
    }
    if (!["http", "https"].includes(String(service.protocol)) && service.path !== null) {
      errors.path = "value must be null";
    }
    return errors;
  },
};

/** `url` stands for protocol, host, port and path. */
function expand(body: Json): Json {
  if (typeof body.url !== "string") return body;
  const { url, ...rest } = body;
  const match = /^(?:([a-z]+):\/\/)?([^/:]+|\[[^\]]+\])(?::(\d+))?(\/[^?#]*)?/i.exec(url);
  if (!match) return { ...rest, host: null };
  const port = match[3] === undefined ? undefined : Number(match[3]);
  const protocol = match[1] ?? (port === 443 ? "https" : "http");
  return {
    ...rest,
    protocol,
    host: match[2] ?? null,
    port: port ?? (protocol === "https" ? 443 : 80),
    path: match[4] ?? null,
  };
}
