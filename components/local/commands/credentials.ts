import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Secrets } from "../../../products/release";
import { readCredentials, writeCredentials } from "../credentials-file";
import { removeBalancer } from "../haproxy/process";
import { filesOf } from "../layout";
import { waitForOthers } from "../live";
import { removeCluster } from "../postgres/cluster";
import { json, text } from "../../command-input";

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Writes the secrets that config gives; passwords made here before stay. They come by standard input. */
export async function write(): Promise<{ written: true }> {
  const directory = text("directory");
  const given = JSON.parse(await standardInput()) as Secrets;
  const made = await Promise.resolve()
    .then(() => readCredentials(directory).made)
    .catch(() => ({}));
  await writeCredentials(directory, { given, made });
  return { written: true };
}

/**
 * The last thing of a gateway that goes: its directory, all but the snapshots. A balancer or a PostgreSQL whose start
 * failed, or was killed, has no resource that would stop it: that is done here.
 */
export async function remove(): Promise<void> {
  const directory = text("directory");
  await waitForOthers(directory, json<number>("lockLimit"), (said) => console.error(said));
  await removeBalancer(directory);
  await removeCluster(directory);
  const { root, snapshots } = filesOf(directory);
  for (const name of await readdir(root).catch(() => [])) {
    if (path.join(root, name) !== snapshots)
      await rm(path.join(root, name), { recursive: true, force: true });
  }
  // Gone too when it holds no snapshot; otherwise it stays with them.
  if ((await readdir(root).catch(() => ["unreadable"])).length === 0) await rm(root, { recursive: true });
}
