import type { Dao, PageQuery } from "../entities/dao";
import { isUuid } from "../entities/validate";
import { invalidOffset, invalidSize, invalidTags } from "./errors";

/** One page of a collection: `data`, and where the next one is. */
export async function pageOf(
  dao: Dao,
  path: string,
  query: URLSearchParams,
  parent?: { field: string; id: string },
): Promise<{ data: unknown[]; next: string | null; offset?: string }> {
  const asked: PageQuery = { size: readSize(query) };
  const offset = query.get("offset");
  if (offset !== null) asked.after = readOffset(offset);
  const tags = query.get("tags");
  if (tags !== null) asked.tags = readTags(tags);
  if (parent) asked.parent = parent;
  const { rows, next } = await dao.page(asked);
  if (next === undefined) return { data: rows, next: null };
  const mark = Buffer.from(JSON.stringify([next])).toString("base64");
  const kept = [
    `offset=${encodeURIComponent(mark)}`,
    ...(tags === null ? [] : [`tags=${encodeURIComponent(tags)}`]),
    ...(query.has("size") ? [`size=${asked.size}`] : []),
  ];
  return { data: rows, offset: mark, next: `/${path}?${kept.join("&")}` };
}

export function readSize(query: URLSearchParams): number {
  const text = query.get("size");
  if (text === null) return 100;
  const size = Number(text);
  if (text === "" || Number.isNaN(size)) throw invalidSize("size must be a number");
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw invalidSize("size must be an integer between 1 and 1000");
  }
  return size;
}

function readOffset(text: string): string {
  try {
    const [id] = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as unknown[];
    if (typeof id === "string" && isUuid(id)) return id;
  } catch {
    // Told below.
  }
  throw invalidOffset(text);
}

/** `a,b` asks for both, `a/b` for either. */
function readTags(text: string): { all: boolean; tags: string[] } {
  if (text === "") throw invalidTags("cannot be null");
  if (text.includes(",") && text.includes("/")) {
    throw invalidTags(`invalid filter syntax: invalid tag '${text}'`);
  }
  return { all: !text.includes("/"), tags: text.split(/[,/]/).filter((one) => one !== "") };
}
