import type { z } from "zod";
import type { Finding } from "../../products/finding";
import { awsDemand, invalidDemand, notBuiltDemand } from "./demands";
import { didYouMean } from "./did-you-mean";
import { knownKeys } from "./known-keys";
import { shown } from "./plain-text";

const { source } = invalidDemand;

function finding(
  { id, severity, source }: typeof invalidDemand,
  key: string,
  wrong: string,
  remedy: string,
): Finding {
  return {
    severity,
    rule: id,
    key: `gateway:${shown(key, 200)}`,
    wrong: shown(wrong, 500),
    remedy: shown(remedy, 500),
    source,
  };
}

function anAllowedValue(key: string): string {
  return `Give gateway:${key} a value that ${source} allows.`;
}

/** Something in a config that cannot be read. */
export function invalid(key: string, wrong: string, remedy = anAllowedValue(key)): Finding {
  return finding(invalidDemand, key, wrong, remedy);
}

/** Something in a config that can be read, and that nothing acts on yet. */
export function notBuilt(key: string, wrong: string, remedy: string): Finding {
  return finding(notBuiltDemand, key, wrong, remedy);
}

/** Something that can be read, and that AWS would not make or nobody should. `published`: where it says so, if it is not our own demand. */
export function unfit(key: string, wrong: string, remedy: string, published = awsDemand.source): Finding {
  return { ...finding(awsDemand, key, wrong, remedy), source: published };
}

/** A key that the schema does not know, with the one that was meant where one is near. */
function unknownKey(key: string, name: string, known: readonly string[]): Finding {
  const near = didYouMean(name, known);
  const remedy = near
    ? `${near}Otherwise take it out; ${source} lists the keys that there are.`
    : `Take it out, or see ${source} for the keys that there are.`;
  return invalid(key, "There is no such key.", remedy);
}

/** What an issue of a schema is about, as findings; `prefix` leads from the config to what the schema holds for. */
export function describe(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType,
  prefix: readonly string[] = [],
): Finding[] {
  const at = [...prefix, ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((name) => unknownKey([...at, name].join("."), name, known));
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  // What is wrong with a name in a map, rather than that something is.
  const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
  const message = missing ? "is missing" : (inner ?? issue.message);
  const key = at.join(".");
  const wrong = `${shown(key, 200)} ${/^[A-Z]/.test(message) ? `is not valid (${message})` : message}.`;
  const near =
    issue.code === "invalid_value" && typeof issue.input === "string"
      ? didYouMean(issue.input, issue.values.map(String))
      : "";
  return [near ? invalid(key, wrong, `${near}${anAllowedValue(key)}`) : invalid(key, wrong)];
}

/** The top-level keys that an issue is about. */
export function keysOf(issue: z.core.$ZodIssue): string[] {
  if (issue.path.length > 0) return [String(issue.path[0])];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
}
