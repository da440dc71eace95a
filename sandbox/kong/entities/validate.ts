import { entries, isObject, type Field, type Fields, type Json } from "./schema";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string) => UUID.test(text);

/** Fills in defaults; what is absent without a default becomes null, as Kong's answers show it. */
export function withDefaults(fields: Fields, given: Json): Json {
  const filled: Json = {};
  for (const [name, field] of entries(fields)) {
    let value = given[name];
    if (value === undefined) value = structuredClone(field.default);
    if (
      field.type === "record" &&
      field.fields &&
      (isObject(value) || (value === undefined && field.required))
    ) {
      value = withDefaults(field.fields, isObject(value) ? value : {});
    }
    filled[name] = value ?? null;
  }
  for (const name of Object.keys(given)) if (!(name in filled)) filled[name] = given[name];
  return filled;
}

/** The errors of all fields, by name, nested as the records are; empty if there are none. */
export function validate(fields: Fields, value: Json): Json {
  const errors: Json = {};
  const known = new Map(entries(fields));
  for (const name of Object.keys(value)) if (!known.has(name)) errors[name] = "unknown field";
  for (const [name, field] of known) {
    const error = fieldError(field, value[name]);
    if (error !== undefined) errors[name] = error;
  }
  return errors;
}

function fieldError(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return field.required ? "required field missing" : undefined;
  switch (field.type) {
    case "string":
      return typeof value === "string" ? stringError(field, value) : "expected a string";
    case "integer":
    case "number":
      return numberError(field, value);
    case "boolean":
      return typeof value === "boolean" ? undefined : "expected a boolean";
    case "array":
    case "set":
      return listError(field, value);
    case "map":
      return mapError(field, value);
    case "record": {
      if (!isObject(value)) return "expected a record";
      const errors = field.fields ? validate(field.fields, value) : {};
      return Object.keys(errors).length > 0 ? errors : undefined;
    }
    case "foreign":
      if (!isObject(value) || typeof value.id !== "string") return { id: "missing primary key" };
      return isUuid(value.id) ? undefined : { id: "expected a valid UUID" };
  }
}

function stringError(field: Field, value: string): string | undefined {
  if (value.length < (field.len_min ?? 1)) return `length must be at least ${field.len_min ?? 1}`;
  if (field.uuid && !isUuid(value)) return "expected a valid UUID";
  if (field.starts_with !== undefined && !value.startsWith(field.starts_with)) {
    return `should start with: ${field.starts_with}`;
  }
  if (field.one_of && !field.one_of.includes(value)) return `expected one of: ${field.one_of.join(", ")}`;
  return field.check?.(value);
}

function numberError(field: Field, value: unknown): string | undefined {
  if (typeof value !== "number")
    return field.type === "integer" ? "expected an integer" : "expected a number";
  if (field.type === "integer" && !Number.isInteger(value)) return "expected an integer";
  if (field.between && (value < field.between[0] || value > field.between[1])) {
    return `value should be between ${field.between[0]} and ${field.between[1]}`;
  }
  if (field.gt !== undefined && value <= field.gt) return `value must be greater than ${field.gt}`;
  if (field.one_of && !field.one_of.includes(value)) return `expected one of: ${field.one_of.join(", ")}`;
  return undefined;
}

function listError(field: Field, value: unknown): unknown {
  if (!Array.isArray(value)) return field.type === "set" ? "expected a set" : "expected an array";
  if (value.length < (field.len_min ?? 0)) return `length must be at least ${field.len_min}`;
  // Kong reports the errors of elements as a list with null for the good ones.
  const errors = value.map(
    (one: unknown) => (field.elements && fieldError({ ...field.elements, required: true }, one)) ?? null,
  );
  const last = errors.findLastIndex((error) => error !== null);
  return last < 0 ? undefined : errors.slice(0, last + 1);
}

function mapError(field: Field, value: unknown): unknown {
  if (!isObject(value)) return "expected a map";
  for (const [key, one] of Object.entries(value)) {
    const error =
      (field.keys && fieldError(field.keys, key)) ?? (field.values && fieldError(field.values, one));
    if (error !== undefined) return error;
  }
  return undefined;
}
