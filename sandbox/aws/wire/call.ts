import type { IncomingHttpHeaders } from "node:http";

/** A call's parameters: what the JSON protocols send, and what the query protocol spells out in names, as a tree. */
export type Parameters = Record<string, unknown>;

/** One request to an AWS API. */
export interface Call {
  /** The name that AWS signs with: `elasticloadbalancing`, `rds`, `ecs`, `logs`, `monitoring` (CloudWatch), … */
  service: string;
  action: string;
  /** With the query protocol every value in it is text. */
  parameters: Parameters;
  protocol: "query" | "json";
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Reads service, action and parameters of a request. What is neither protocol gets the action "". */
export function readCall(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): Call {
  const service = /Credential=[^/]*\/\d+\/[^/]*\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  const target = headers["x-amz-target"];
  const rest = { service, method, path, headers, body };
  if (typeof target === "string") {
    const action = target.slice(target.lastIndexOf(".") + 1);
    return { ...rest, action, protocol: "json", parameters: readJson(body) };
  }
  const query = new URLSearchParams(new URL(path, "http://aws").search);
  const isForm = String(headers["content-type"] ?? "").includes("x-www-form-urlencoded");
  const pairs = [...query, ...(isForm ? new URLSearchParams(body.toString("utf8")) : [])];
  const action = pairs.find(([name]) => name === "Action")?.[1] ?? "";
  const parameters = tree(pairs.filter(([name]) => name !== "Action" && name !== "Version"));
  return { ...rest, action, protocol: "query", parameters };
}

function readJson(body: Buffer): Parameters {
  try {
    return JSON.parse(body.toString("utf8") || "{}") as Parameters;
  } catch {
    return {};
  }
}

/** `Actions.member.1.Type=forward` becomes `{ Actions: [{ Type: "forward" }] }`. */
function tree(pairs: [string, string][]): Parameters {
  const root: Parameters = {};
  for (const [name, value] of pairs) {
    const parts = name.split(".");
    const last = parts.pop() ?? "";
    let node = root;
    for (const part of parts) {
      const next = node[part];
      node = typeof next === "object" && next !== null ? (next as Parameters) : (node[part] = {});
    }
    node[last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, asList(value)]));
}

/** Numbered children are a list; the name between the list's own and the number, such as `member`, says nothing. */
function asList(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Parameters).map(([name, child]) => [name, asList(child)] as const);
  if (entries.every(([name]) => /^\d+$/.test(name))) {
    return [...entries].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
  }
  const [only] = entries;
  if (entries.length === 1 && only && Array.isArray(only[1]) && wrapper.test(only[0])) return only[1];
  return Object.fromEntries(entries);
}

/** What a list's items are called in these services; `TargetGroups` of a forward action, a list itself, is none. */
const wrapper = /^(member|Tag|Filter|Item)$|(Id|Name|Identifier)$/;

/** A parameter that is text, "" when it is absent. */
export function text(parameters: Parameters, name: string): string {
  const value = parameters[name];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
