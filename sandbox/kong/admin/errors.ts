import { isObject, type Json } from "../entities/schema";

/** An error as Kong's Admin API answers it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: Json,
  ) {
    super(String(body.message));
  }
}

export const notFound = () => new ApiError(404, { message: "Not found" });
export const methodNotAllowed = () => new ApiError(405, { message: "Method not allowed" });

export function schemaViolation(errors: Json): ApiError {
  const parts: string[] = [];
  if (Array.isArray(errors["@entity"])) parts.push(...errors["@entity"].map(String));
  for (const name of Object.keys(errors).sort()) {
    const error = errors[name];
    if (name === "@entity") continue;
    if (Array.isArray(error)) {
      error.forEach((one, index) => one !== null && parts.push(`${name}.${index + 1}: ${text(one)}`));
    } else if (isObject(error)) {
      for (const [sub, one] of Object.entries(error).sort()) parts.push(`${name}.${sub}: ${text(one)}`);
    } else parts.push(`${name}: ${text(error)}`);
  }
  const list = parts.join("; ");
  const message =
    parts.length === 1 ? `schema violation (${list})` : `${parts.length} schema violations (${list})`;
  return new ApiError(400, { message, name: "schema violation", code: 2, fields: errors });
}

export function primaryKeyViolation(id: string): ApiError {
  const message = `primary key violation on key '${pretty({ id })}'`;
  return new ApiError(400, { message, name: "primary key violation", code: 3, fields: { id } });
}

export function invalidReference(field: string, id: string, parent: string): ApiError {
  const message = `the foreign key '${pretty({ id })}' does not reference an existing '${parent}' entity.`;
  return new ApiError(400, { message, name: "foreign key violation", code: 4, fields: { [field]: { id } } });
}

export function stillReferenced(parent: string, child: string): ApiError {
  const message = `an existing '${child}' entity references this '${parent}' entity`;
  return new ApiError(400, {
    message,
    name: "foreign key violation",
    code: 4,
    fields: { "@referenced_by": child },
  });
}

export function uniqueViolation(fields: Json): ApiError {
  const message = `UNIQUE violation detected on '${pretty(fields)}'`;
  return new ApiError(409, { message, name: "unique constraint violation", code: 5, fields });
}

export function unresolvedForeign(field: string, key: Json, parent: string): ApiError {
  const [name = "name"] = Object.keys(key);
  const reason = `the foreign key cannot be resolved with '${pretty(key)}' for an existing '${parent}' entity`;
  return new ApiError(400, {
    message: `foreign key unresolved (${field}.${name}: ${reason})`,
    name: "foreign keys unresolved",
    code: 13,
    fields: { [field]: { [name]: reason } },
  });
}

export const invalidOffset = (offset: string) =>
  new ApiError(400, {
    message: `'${offset}' is not a valid offset: bad base64 encoding`,
    name: "invalid offset",
    code: 7,
  });
export const invalidSize = (message: string) => new ApiError(400, { message, name: "invalid size", code: 9 });
export const invalidTags = (message: string) =>
  new ApiError(400, {
    message: `invalid option (tags: ${message})`,
    name: "invalid options",
    code: 11,
    options: { tags: message },
  });

const text = (value: unknown): string => (typeof value === "string" ? value : pretty(value));

/** Lua's way to write a table in one line. */
function pretty(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `{${value.map(pretty).join(",")}}`;
  if (isObject(value)) {
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${key}=${pretty(value[key])}`)
      .join(",")}}`;
  }
  return JSON.stringify(value);
}
