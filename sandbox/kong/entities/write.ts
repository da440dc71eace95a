import { randomBytes, randomUUID } from "node:crypto";
import { schemaViolation } from "../admin/errors";
import type { Version } from "../version";
import { entries, isObject, type Json } from "./schema";
import type { Entity } from "./types";
import { validate, withDefaults } from "./validate";

/** A whole row made of what a client sent: shorthands, defaults, automatic fields; or the violations of the schema. */
export function newRow(entity: Entity, version: Version, body: Json, known: Json = {}): Json {
  const fields = entity.fields(version);
  const row = withDefaults(fields, { ...(entity.expand?.(body) ?? body), ...known });
  const now = Date.now() / 1000;
  for (const [name, field] of entries(fields)) {
    if (!field.auto || (row[name] !== null && row[name] !== undefined)) continue;
    if (field.uuid) row[name] = randomUUID();
    else if (field.timestamp)
      row[name] = field.type === "integer" ? Math.floor(now) : Math.round(now * 1000) / 1000;
    else row[name] = randomBytes(24).toString("base64url");
  }
  return checked(entity, version, row);
}

/** The row after a PATCH: records are merged, all else replaced, null takes away. */
export function patchedRow(entity: Entity, version: Version, existing: Json, body: Json): Json {
  const merged = merge(existing, entity.expand && entity.name !== "plugins" ? entity.expand(body) : body);
  merged.id = existing.id;
  return touched(entity, version, checked(entity, version, entity.expand?.(merged) ?? merged));
}

/** The row after a PUT over an existing one. */
export function replacedRow(entity: Entity, version: Version, existing: Json, body: Json): Json {
  const kept = {
    id: existing.id,
    ...(body.created_at === undefined ? { created_at: existing.created_at } : {}),
  };
  return touched(entity, version, newRow(entity, version, body, kept));
}

function touched(entity: Entity, version: Version, row: Json): Json {
  const field = entries(entity.fields(version)).find(([name]) => name === "updated_at")?.[1];
  if (!field) return row;
  const now = Date.now();
  return { ...row, updated_at: field.type === "integer" ? Math.floor(now / 1000) : now / 1000 };
}

function merge(base: Json, over: Json): Json {
  const merged: Json = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isObject(value) && isObject(old) && !("id" in value) ? merge(old, value) : value;
  }
  return merged;
}

function checked(entity: Entity, version: Version, row: Json): Json {
  const errors = validate(entity.fields(version), row);
  const more = Object.keys(errors).length > 0 ? {} : (entity.check?.(row) ?? {});
  const all = { ...errors, ...more };
  if (Object.keys(all).length > 0) throw schemaViolation(all);
  return row;
}
