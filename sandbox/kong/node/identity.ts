import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config";
import { isUuid } from "../entities/validate";

/** The node's id: the one set, or one that stays with the prefix. */
export function nodeId(config: Config): string {
  if (config.values.node_id) return config.values.node_id;
  const file = join(config.prefix, "kong.id");
  try {
    const kept = readFileSync(file, "utf8").trim();
    if (isUuid(kept)) return kept;
  } catch {
    // The first start in this prefix.
  }
  const id = randomUUID();
  writeFileSync(file, id);
  return id;
}
