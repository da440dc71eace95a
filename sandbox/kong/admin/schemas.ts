import { ENTITIES } from "../entities/index";
import type { Fields } from "../entities/schema";
import { newRow } from "../entities/write";
import { PLUGINS, type PluginSchema } from "../plugins/index";
import type { Version } from "../version";
import { readBody } from "./body";
import { ApiError, methodNotAllowed, notFound } from "./errors";
import type { Answer, Asked } from "./asked";

/** `/schemas/...`: what clients fill defaults from and validate against. */
export async function schemas(asked: Asked, version: Version): Promise<Answer> {
  const [, name = "", second, ...more] = asked.parts;
  if (more.length > 0 || name === "") throw notFound();
  if (second === "validate") return validateFor(name, asked, version);
  if (asked.method !== "GET") throw methodNotAllowed();
  if (second !== undefined) {
    if (name !== "plugins") throw notFound();
    const plugin = PLUGINS[second];
    if (!plugin) throw new ApiError(404, { message: `No plugin named '${second}'` });
    return [200, { entity_checks: [], fields: pluginFields(plugin) }];
  }
  const entity = ENTITIES.find((one) => one.name === name);
  if (!entity) throw new ApiError(404, { message: `No entity named '${name}'` });
  return [200, { entity_checks: [], fields: entity.fields(version) }];
}

function pluginFields({ fields, noConsumer }: PluginSchema): Fields {
  const config: Fields[number] = { config: { type: "record", required: true, fields } };
  const protocols: Fields[number] = {
    protocols: {
      type: "set",
      required: true,
      default: ["grpc", "grpcs", "http", "https"],
      elements: { type: "string", one_of: ["grpc", "grpcs", "http", "https"] },
    },
  };
  return [
    ...(noConsumer ? [{ consumer: { type: "foreign" as const, reference: "consumers" } }] : []),
    protocols,
    config,
  ];
}

async function validateFor(name: string, asked: Asked, version: Version): Promise<Answer> {
  if (asked.method !== "POST") throw methodNotAllowed();
  const entity = ENTITIES.find((one) => one.name === name);
  if (!entity) throw new ApiError(404, { message: `No entity named '${name}'` });
  newRow(entity, version, await readBody(asked.request, entity.fields(version)));
  return [200, { message: "schema validation successful" }];
}
