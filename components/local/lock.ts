import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import lockfile from "proper-lockfile";
import { filesOf } from "./layout";

/**
 * A command outlives a killed engine, and what it writes late would undo what came next. So each holds the lock of the
 * piece that it touches, and the next one on that piece waits for it.
 */
export async function withLock<T>(
  { directory, piece, purpose, limit }: { directory: string; piece: string; purpose: string; limit: number },
  act: () => Promise<T>,
): Promise<T> {
  const { locks } = filesOf(directory);
  await mkdir(locks, { recursive: true });
  const file = path.join(locks, piece);
  const release = await acquire(file, piece, limit);
  await writeFile(`${file}.json`, JSON.stringify({ purpose, pid: process.pid }));
  try {
    return await act();
  } finally {
    await rm(`${file}.json`, { force: true });
    await release();
  }
}

async function acquire(file: string, piece: string, limit: number): Promise<() => Promise<void>> {
  const options = { realpath: false, stale: 10_000, update: 2_000 };
  try {
    return await lockfile.lock(file, options);
  } catch {
    console.error(`waiting up to ${limit} s for ${await holderOf(file)}, which works on ${piece}`);
  }
  try {
    const retries = { retries: limit * 5, factor: 1, minTimeout: 200, maxTimeout: 200 };
    return await lockfile.lock(file, { ...options, retries });
  } catch {
    throw new Error(
      `${piece} is still held by ${await holderOf(file)} after ${limit} s. Wait for it or end it, then run the update ` +
        `again; gateway:timeouts.lock sets the limit.`,
    );
  }
}

async function holderOf(file: string): Promise<string> {
  try {
    const { purpose, pid } = JSON.parse(await readFile(`${file}.json`, "utf8")) as {
      purpose: string;
      pid: number;
    };
    return `"${purpose}" (process ${pid})`;
  } catch {
    return "another command";
  }
}

/** What is held now, each as its holder is named. At the start of an update all of it is an earlier update's. */
export async function heldLocks(directory: string): Promise<string[]> {
  const { locks } = filesOf(directory);
  const names = await readdir(locks).catch(() => []);
  const held = await Promise.all(
    names
      .filter((name) => name.endsWith(".lock"))
      .map((name) => path.join(locks, name.slice(0, -".lock".length)))
      .map(async (file) =>
        (await lockfile.check(file, { realpath: false, stale: 10_000 }))
          ? [`${await holderOf(file)} on ${path.basename(file)}`]
          : [],
      ),
  );
  return held.flat();
}
