import { since } from "../version";
import { typedefs } from "./schema";
import type { Entity } from "./types";

export const consumers: Entity = {
  name: "consumers",
  path: "consumers",
  nestedPath: "consumers",
  endpointKey: "username",
  fields: () => [
    { id: typedefs.id },
    { created_at: typedefs.timestamp },
    { updated_at: typedefs.timestamp },
    { username: { type: "string", unique: true } },
    { custom_id: { type: "string", unique: true } },
    { tags: typedefs.tags },
  ],
  // 3.8 and 3.9 keep a type with each consumer; later ones the lower-cased name instead.
  hidden: (version, row) =>
    since(version, "3.10")
      ? { username_lower: typeof row.username === "string" ? row.username.toLowerCase() : null }
      : { type: 0 },
  visible: (version) => (since(version, "3.10") ? undefined : "type = 0"),
  check: (consumer) =>
    (consumer.username ?? null) === null && (consumer.custom_id ?? null) === null
      ? { "@entity": ["at least one of these fields must be non-empty: 'custom_id', 'username'"] }
      : {},
};
