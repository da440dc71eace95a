import type { z } from "zod";

type Schema = z.core.$ZodType;

/** What a schema is behind its default, and the like. */
function bare(schema: Schema): Schema {
  const { _zod } = schema as z.core.$ZodTypes;
  switch (_zod.def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
    case "nonoptional":
      return bare(_zod.def.innerType);
    case "pipe":
      return bare(_zod.def.in);
    default:
      return schema;
  }
}

/** The schemas that a value of this one may be held to at this key. */
function below(schema: Schema, key: PropertyKey): Schema[] {
  const { def } = (bare(schema) as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return Object.hasOwn(def.shape, key) ? [def.shape[String(key)] as Schema] : [];
    case "array":
      return [def.element];
    case "record":
      return [def.valueType];
    case "union":
      return def.options.flatMap((option) => below(option, key));
    case "intersection":
      return [...below(def.left, key), ...below(def.right, key)];
    default:
      return [];
  }
}

/** The keys that a schema names. */
function namesIn(schema: Schema): string[] {
  const { def } = (bare(schema) as z.core.$ZodTypes)._zod;
  if (def.type === "object") return Object.keys(def.shape);
  if (def.type === "union") return def.options.flatMap(namesIn);
  if (def.type === "intersection") return [...namesIn(def.left), ...namesIn(def.right)];
  return [];
}

/** The keys that there are at a place of a value, as the schema itself has them; none where any name goes. */
export function knownKeys(schema: Schema, at: readonly PropertyKey[]): string[] {
  const found = at.reduce<Schema[]>((schemas, key) => schemas.flatMap((each) => below(each, key)), [schema]);
  return [...new Set(found.flatMap(namesIn))];
}
