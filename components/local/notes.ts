import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { filesOf } from "./layout";

/** What is noted of a slot's life beside its database: gone with it. */
export type Note = "applied" | "cutover";

function fileOf(directory: string, note: Note, life: string): string {
  return path.join(filesOf(directory).root, "notes", `${note}-${life}.json`);
}

/** Reads a note; undefined where there is none. */
export async function readNote<T>(directory: string, note: Note, life: string): Promise<T | undefined> {
  const text = await readFile(fileOf(directory, note, life), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** Writes it whole, or not at all. */
export async function writeNote(
  directory: string,
  note: Note,
  life: string,
  content: unknown,
): Promise<void> {
  const file = fileOf(directory, note, life);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Takes a note away, if it is there. */
export async function removeNote(directory: string, note: Note, life: string): Promise<void> {
  await rm(fileOf(directory, note, life), { force: true });
}

/** Takes away all that is noted of a life. */
export async function removeNotes(directory: string, life: string): Promise<void> {
  for (const note of ["applied", "cutover"] as const) await removeNote(directory, note, life);
}
