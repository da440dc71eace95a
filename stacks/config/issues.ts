import type { z } from "zod";
import type { Finding } from "../../products/finding";

const source = "README.md#configuration";

/** Text of a config as a message shows it: on one line, and cut where nobody would read on. */
function shown(text: string, most: number): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, "?");
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain;
}

function error(rule: string, key: string, wrong: string, remedy: string): Finding {
  return {
    severity: "error",
    rule,
    key: `gateway:${shown(key, 200)}`,
    wrong: shown(wrong, 500),
    remedy: shown(remedy, 500),
    source,
  };
}

/** Something in a config that cannot be read. */
export function invalid(
  key: string,
  wrong: string,
  remedy = `Give gateway:${key} a value that ${source} allows.`,
): Finding {
  return error("config/invalid", key, wrong, remedy);
}

/** Something in a config that can be read, and that nothing acts on yet. */
export function notBuilt(key: string, wrong: string, remedy: string): Finding {
  return error("config/not-built", key, wrong, remedy);
}

/** What an issue of the schema is about, as findings. */
export function describe(issue: z.core.$ZodIssue): Finding[] {
  const at = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) =>
      invalid(
        [...at, name].join("."),
        "There is no such key.",
        `Take it out, or see ${source} for the keys that there are.`,
      ),
    );
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  // What is wrong with a name in a map, rather than that something is.
  const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
  const message = missing ? "is missing" : (inner ?? issue.message);
  const key = at.join(".");
  return [
    invalid(key, `${shown(key, 200)} ${/^[A-Z]/.test(message) ? `is not valid (${message})` : message}.`),
  ];
}

/** The top-level keys that an issue is about. */
export function keysOf(issue: z.core.$ZodIssue): string[] {
  if (issue.path.length > 0) return [String(issue.path[0])];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
}
