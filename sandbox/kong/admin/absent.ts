import type { Store } from "../node/store";
import type { Version } from "../version";
import { ApiError, methodNotAllowed, notFound } from "./errors";
import type { Answer, Asked } from "./asked";

/** Collections that every Kong has, of which the twin keeps no members. */
const EVERYWHERE = [
  "acls",
  "basic-auths",
  "ca_certificates",
  "certificates",
  "hmac-auths",
  "jwts",
  "key-sets",
  "keys",
  "oauth2",
  "snis",
  "vaults",
];
const ENTERPRISE = ["consumer_groups", "degraphql_routes", "licenses", "mtls-auths", "partials"];

/** What the twin has no members of is empty; it takes none in. What Kong does not have is not found. */
export async function absent(asked: Asked, version: Version, store: Store): Promise<Answer> {
  const [name = "", key] = asked.parts;
  const enterprise = version.edition === "enterprise";
  if (enterprise && name === "workspaces") return workspaces(asked, store);
  if (!EVERYWHERE.includes(name) && !(enterprise && ENTERPRISE.includes(name))) throw notFound();
  if (asked.method === "GET") {
    if (key !== undefined) throw notFound();
    return [200, { data: [], next: null }];
  }
  throw new ApiError(501, { message: `the twin keeps no ${name}` });
}

async function workspaces({ method, parts }: Asked, store: Store): Promise<Answer> {
  if (method !== "GET") throw methodNotAllowed();
  const { rows } = await store.pool.query(
    `SELECT id, name, comment, coalesce(meta, '{}') AS meta, coalesce(config, '{}') AS config,
       floor(extract(epoch FROM created_at))::bigint AS created_at FROM workspaces`,
  );
  const [, key] = parts;
  if (key === undefined) return [200, { data: rows, next: null }];
  const found = (rows as { id: string; name: string }[]).find(({ id, name }) => id === key || name === key);
  if (!found) throw notFound();
  return [200, found];
}
