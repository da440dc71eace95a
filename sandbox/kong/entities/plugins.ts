import { PLUGINS } from "../plugins/index";
import { since } from "../version";
import { typedefs, type Json } from "./schema";
import type { Entity } from "./types";
import { validate, withDefaults } from "./validate";

export const plugins: Entity = {
  name: "plugins",
  path: "plugins",
  nestedPath: "plugins",
  endpointKey: "instance_name",
  fields: (version) => [
    { id: typedefs.id },
    { name: { type: "string", required: true } },
    { instance_name: typedefs.name },
    { created_at: typedefs.timestamp },
    { updated_at: typedefs.timestamp },
    { route: { type: "foreign", reference: "routes", on_delete: "cascade" } },
    { service: { type: "foreign", reference: "services", on_delete: "cascade" } },
    { consumer: { type: "foreign", reference: "consumers", on_delete: "cascade" } },
    { config: { type: "record", required: true } },
    {
      protocols: {
        type: "set",
        required: true,
        elements: typedefs.protocol,
        default: ["grpc", "grpcs", "http", "https"],
      },
    },
    { enabled: { type: "boolean", required: true, default: true } },
    { tags: typedefs.tags },
    ...(since(version, "3.14") ? [{ condition: { type: "string" as const } }] : []),
  ],
  uniqueTogether: ["consumer", "name", "route", "service"],
  hidden: (_version, row) => ({
    cache_key: ["plugins", row.name, id(row.route), id(row.service), id(row.consumer), ""].join(":"),
  }),
  expand(body) {
    const plugin = typeof body.name === "string" ? PLUGINS[body.name] : undefined;
    const given = (body.config ?? {}) as Json;
    return plugin ? { ...body, config: withDefaults(plugin.fields, given) } : { ...body, config: given };
  },
  check(entity) {
    const plugin = PLUGINS[String(entity.name)];
    if (!plugin) {
      return {
        name: `plugin '${String(entity.name)}' not enabled; add it to the 'plugins' configuration property`,
      };
    }
    const config = validate(plugin.fields, entity.config as Json);
    const errors: Json =
      Object.keys(config).length > 0 ? { config } : (plugin.check?.(entity.config as Json) ?? {});
    if (plugin.noConsumer && (entity.consumer ?? null) !== null) errors.consumer = "value must be null";
    return errors;
  },
};

const id = (foreign: unknown) => (foreign as { id?: string } | null)?.id ?? "";
