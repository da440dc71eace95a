import type { Version } from "../version";
import { entries, type Field, type Json } from "./schema";
import type { Entity } from "./types";

/** How one field lies in the table. */
interface Column {
  field: string;
  column: string;
  /** What a SELECT asks for. */
  select: string;
  /** The SQL around a parameter, given its place. */
  param: (place: string) => string;
  encode: (value: unknown) => unknown;
  decode: (value: unknown) => unknown;
}

const same = (value: unknown) => value ?? null;

export function columnsOf(entity: Entity, version: Version): Column[] {
  return entries(entity.fields(version)).map(([name, field]) => columnOf(name, field));
}

function columnOf(field: string, { type, timestamp, elements }: Field): Column {
  const plain = {
    field,
    column: field,
    select: `"${field}"`,
    param: (place: string) => place,
    encode: same,
    decode: same,
  };
  if (timestamp) {
    const epoch = `extract(epoch FROM "${field}")`;
    const select = type === "integer" ? `floor(${epoch})::bigint` : `round(${epoch}::numeric, 3)::float8`;
    return {
      ...plain,
      select: `${select} AS "${field}"`,
      param: (place) => `to_timestamp(${place}::float8)`,
    };
  }
  if (type === "foreign") {
    return {
      ...plain,
      column: `${field}_id`,
      select: `"${field}_id" AS "${field}"`,
      encode: (value) => (value as { id: string } | null)?.id ?? null,
      decode: (value) => (value === null ? null : { id: value }),
    };
  }
  if (type === "record" || type === "map") {
    return { ...plain, encode: (value) => ((value ?? null) === null ? null : JSON.stringify(value)) };
  }
  if (elements?.type === "record") {
    return {
      ...plain,
      select: `to_jsonb("${field}") AS "${field}"`,
      param: (place) => `${place}::jsonb[]`,
      encode: (value) => (value as unknown[] | null)?.map((one) => JSON.stringify(one)) ?? null,
    };
  }
  return plain;
}

export function decodeRow(columns: Column[], row: Json): Json {
  return Object.fromEntries(columns.map(({ field, decode }) => [field, decode(row[field])]));
}
