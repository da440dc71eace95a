import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";

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

/** Sends them in order. Throws at the first that is refused; to delete what is not there is no failure. */
export async function sendApplied(adminApi: string, list: AppliedRequest[]): Promise<void> {
  for (const [index, { method, path, body }] of list.entries()) {
    const answer = await fetch(adminApi + path, {
      method,
      headers: { "content-type": "application/json", connection: "close" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const said = await answer.text();
    if (answer.ok || (method === "DELETE" && answer.status === 404)) continue;
    throw new Error(
      `request ${index + 1}, ${method} ${path}, is answered with ${answer.status}: ${said.slice(0, 300)}. Mend the file ` +
        `that gateway:acknowledge names, or the newer slot; the next update sends all of them again.`,
    );
  }
}
