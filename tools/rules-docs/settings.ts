import type { z } from "zod";
import { cell, code, table } from "./markdown";

/** A part of a schema as JSON Schema has it, as far as the docs show it. */
interface Part {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Part[];
  properties?: Record<string, Part>;
  items?: Part;
  additionalProperties?: Part | boolean;
  default?: unknown;
  description?: string;
}

/** What a value may be, in a word or two. */
function valueOf({ type, enum: values, const: only, anyOf, items }: Part): string {
  if (values) return values.map((value) => code(String(value))).join(", ");
  if (only !== undefined) return code(JSON.stringify(only));
  if (anyOf) return anyOf.map(valueOf).join(" or ");
  if (type === "array") return `list of ${items ? valueOf(items) : "anything"}`;
  return type ?? "anything";
}

function defaultOf({ default: given }: Part): string {
  return given === undefined ? "" : code(JSON.stringify(given));
}

/** The keys of a schema, those within objects and lists of them under the names that findings give them. */
function rowsOf(part: Part, at: string): string[][] {
  return Object.entries(part.properties ?? {}).flatMap(([name, each]) => {
    const key = at ? `${at}.${name}` : name;
    const meaning = cell(each.description ?? "");
    const named = typeof each.additionalProperties === "object" ? each.additionalProperties : undefined;
    return [
      [code(key), cell(valueOf(each)), cell(defaultOf(each)), meaning],
      ...rowsOf(each, key),
      ...(each.items ? rowsOf(each.items, `${key}[]`) : []),
      ...(named ? rowsOf(named, `${key}.NAME`) : []),
    ];
  });
}

/** What a product's settings may hold, by the schema that reads them. */
export function settingsTable(schema: z.ZodType, toJson: typeof z.toJSONSchema): string[] {
  const part = toJson(schema, { io: "input", unrepresentable: "any" }) as Part;
  return table(["key", "value", "default", "meaning"], rowsOf(part, ""));
}
