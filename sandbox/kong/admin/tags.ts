import type { Store } from "../node/store";
import { notFound } from "./errors";
import { readSize } from "./paging";
import type { Asked } from "./asked";

/** `/tags` and `/tags/{tag}`: which entities carry which tags. */
export async function tags({ parts, query }: Asked, store: Store): Promise<unknown> {
  const [, tag, ...more] = parts;
  if (more.length > 0) throw notFound();
  const size = readSize(query);
  const skip = Number(query.get("offset") ?? 0) || 0;
  const { rows } = await store.pool.query(
    `SELECT entity_name, entity_id, tag FROM tags, unnest(tags) AS tag WHERE $1::text IS NULL OR tag = $1
     ORDER BY entity_id, tag LIMIT $2 OFFSET $3`,
    [tag ?? null, size + 1, skip],
  );
  if (rows.length <= size) return { data: rows, next: null };
  const offset = String(skip + size);
  const path = parts.map(encodeURIComponent).join("/");
  return { data: rows.slice(0, size), offset, next: `/${path}?offset=${offset}&size=${size}` };
}
