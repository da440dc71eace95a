import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ask } from "./one-request";

/**
 * What a file of gateway:acknowledge may hold: requests to the newer slot's Admin API. Each leaves the same behind when it
 * is sent twice, so POST is none of them: PUT with a name or an id takes its place.
 */
const requests = z
  .array(
    z.strictObject({
      method: z.enum(["PUT", "PATCH", "DELETE"], {
        error: "must be PUT, PATCH or DELETE: what is sent twice after a failure must be the same as once",
      }),
      path: z.string().regex(/^\/[^\s]*$/, "must start with / and hold no space"),
      body: z.record(z.string(), z.unknown()).optional(),
    }),
  )
  .min(1)
  .max(10_000);

export type AppliedRequest = z.output<typeof requests>[number];

/** A file of requests, as it was when the change was reviewed. */
export interface AppliedFile {
  file: string;
  sha256: string;
}

/** Reads a file of requests, JSON. Throws what is wrong with it, also when it is not the one that was reviewed. */
export function readApplied(file: string, sha256: string): AppliedRequest[] {
  const text = readFileSync(file, "utf8");
  if (hashOf(text) !== sha256) throw new Error(`${file} is not the file that was reviewed`);
  return parseApplied(file, text);
}

function parseApplied(file: string, text: string): AppliedRequest[] {
  const parsed = requests.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${file}: ${issue?.path.join(".") || "the file"} ${issue?.message ?? "is not valid"}`);
}

/** The file with its hash, and why it cannot be used, if it cannot. */
export function reviewApplied(file: string): AppliedFile & { wrong?: string } {
  try {
    const text = readFileSync(file, "utf8");
    parseApplied(file, text);
    return { file, sha256: hashOf(text) };
  } catch (error) {
    const code = (error as { code?: string }).code;
    const why = error instanceof Error ? error.message : String(error);
    return { file, sha256: "", wrong: code === "ENOENT" ? `There is no file ${file}` : why };
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** How long an answer may take, in milliseconds. */
const patience = 30_000;

/**
 * Sends them in order, each with these headers beside its own. Throws at the first that is refused; to delete what is not
 * there is no failure.
 */
export async function sendApplied(
  adminApi: string,
  list: AppliedRequest[],
  headers: Record<string, string> = {},
): Promise<void> {
  for (const [index, { method, path, body }] of list.entries()) {
    const requestBody = body === undefined ? undefined : JSON.stringify(body);
    const length = Buffer.byteLength(requestBody ?? "");
    const own = { "content-type": "application/json", "content-length": String(length), ...headers };
    const answer = await ask(adminApi + path, { method, headers: own, requestBody }, patience);
    const isDone = answer.status >= 200 && answer.status < 300;
    if (isDone || (method === "DELETE" && answer.status === 404)) continue;
    throw new Error(
      `request ${index + 1}, ${method} ${path}, is answered with ${answer.status}: ${answer.body.slice(0, 300)}. Mend the file ` +
        `that gateway:acknowledge names, or the newer slot; the next update sends all of them again.`,
    );
  }
}
