import { plannedKeys, schema } from "./schema";

/** Config values arrive as text, objects as JSON. What is no JSON is text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Keys whose value is text whatever it looks like: a product named "1" is not the number 1. */
const textKeys = new Set([
  ...["product", "platform", "strategy", "source", "restoreFrom", "freeze"],
  ...["acceptDowntime", "windowOverride", "promotedFrom"],
]);

/** Pulumi.yaml gives every key a default, and an empty one stands for "not given". */
function isGiven(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value !== "";
  return Object.keys(value).length > 0;
}

/** A key that there is not was given by somebody, whatever its value. */
function isKnown(key: string): boolean {
  return Object.hasOwn(schema.shape, key) || plannedKeys.includes(key);
}

/** "gateway:" keys of a whole config, without the prefix, as values. */
export function parseConfig(all: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith("gateway:"))
      .map(([key, value]) => [key.slice("gateway:".length), value] as const)
      .map(([key, value]) => [key, textKeys.has(key) ? value : parseValue(value)] as const)
      .filter(([key, value]) => isGiven(value) || !isKnown(key)),
  );
}
