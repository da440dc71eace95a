import type { IncomingMessage } from "node:http";
import { entries, isObject, type Field, type Fields, type Json } from "../entities/schema";
import { ApiError } from "./errors";

/** The body of a request: JSON as it is, a form read with the help of the fields it is meant for. */
export async function readBody(request: IncomingMessage, fields: Fields): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const type = request.headers["content-type"] ?? "";
  if (type === "" && text === "") return {};
  if (type.startsWith("application/json")) return parseJson(text);
  if (type.startsWith("application/x-www-form-urlencoded")) return parseForm(text, fields);
  throw new ApiError(415, { message: "Unsupported media type" });
}

function parseJson(text: string): Json {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new ApiError(400, { message: "Cannot parse JSON body" });
}

/** `name=x&hosts[]=a&hosts[]=b&config.minute=5` */
function parseForm(text: string, fields: Fields): Json {
  const body: Json = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const [name = "", ...rest] = key.split(".");
    const list = /^(.*)\[\d*\]$/.exec(name);
    if (list?.[1] !== undefined) {
      body[list[1]] = [...((body[list[1]] as unknown[] | undefined) ?? []), value];
    } else if (rest.length > 0) {
      let at = (body[name] ??= {}) as Json;
      for (const part of rest.slice(0, -1)) at = (at[part] ??= {}) as Json;
      at[rest.at(-1) ?? ""] = value;
    } else body[name] = name in body ? [body[name], value].flat() : value;
  }
  const known = new Map(entries(fields));
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, inferred(value, known.get(name))]),
  );
}

/** A form has only text: numbers, booleans and lists are told by the field; within a plugin's settings by their look. */
function inferred(value: unknown, field: Field | undefined): unknown {
  if (isObject(value)) {
    const known = new Map(entries(field?.fields ?? []));
    const open = field?.type === "record" && !field.fields;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, open ? byLook(one) : inferred(one, known.get(name))]),
    );
  }
  if (value === "") return null;
  if (field?.type === "array" || field?.type === "set") {
    return [value].flat().map((one) => inferred(one, field.elements));
  }
  if (field?.type === "integer" || field?.type === "number") {
    return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
      ? Number(value)
      : value;
  }
  if (field?.type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  return value;
}

function byLook(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value === "true" || value === "false") return value === "true";
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
