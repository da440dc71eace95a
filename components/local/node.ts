import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { operationOf } from "../../products/operations";
import type { NodePlace } from "../../products/operation";
import { askReady, askVersion } from "../health";
import { filesOf, nodeDirectory } from "./layout";
import { type Installed, runProduct } from "./product-command";
import { lastLines } from "../last-lines";
import { run } from "./run-program";
import { waitUntil } from "../wait-until";

/** What a node's directory says of the node that runs there. */
export interface NodeRecord {
  product: string;
  version: string;
  programs: string;
  life: string;
  /** Its database's name: a database goes only when nothing runs on it. */
  database: string;
}

const recordFile = "node.json";

/** Where the product keeps the node's own files. */
export function prefixOf(directory: string, node: string): string {
  return path.join(nodeDirectory(directory, node), "prefix");
}

export async function readNode(directory: string, node: string): Promise<NodeRecord | undefined> {
  const file = path.join(nodeDirectory(directory, node), recordFile);
  return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as NodeRecord) : undefined;
}

/** Every node that has a directory. */
export async function listNodes(directory: string): Promise<(NodeRecord & { node: string })[]> {
  const names = await readdir(filesOf(directory).nodes).catch(() => []);
  const found = await Promise.all(
    names.map(async (node) => ({ node, record: await readNode(directory, node) })),
  );
  return found.flatMap(({ node, record }) => (record ? [{ ...record, node }] : []));
}

function installedOf({ product, version, programs }: NodeRecord): Installed {
  return { product: operationOf(product), version, programs };
}

/** Stops a node after its requests in flight, proves that it is gone, and takes its directory away. */
export async function removeNode(directory: string, node: string, limit: number): Promise<void> {
  const record = await readNode(directory, node);
  if (record) {
    const installed = installedOf(record);
    const prefix = prefixOf(directory, node);
    const isRunning = async () =>
      (await runProduct(installed, installed.product.running(prefix), {})).exitCode === 0;
    if (await isRunning()) {
      await runProduct(installed, installed.product.quit(prefix, limit), { limit: limit + 30 });
      const stopped = async () => !(await isRunning());
      const why = `${node} still runs after ${installed.product.program} quit`;
      await waitUntil(stopped, { limit: 10, every: 200 }, () => why);
    }
  }
  await rm(nodeDirectory(directory, node), { recursive: true, force: true });
}

/**
 * Starts a node and waits until it can take traffic at its version. A leftover on its ports, of an update that failed
 * or was killed, is stopped first. A node that does not get ready is stopped again: nothing runs that no state knows.
 */
export async function startNode(
  directory: string,
  node: string,
  record: NodeRecord,
  place: Omit<NodePlace, "prefix">,
  secrets: { password: string; environment: Record<string, string> },
  limits: { start: number; stop: number },
): Promise<void> {
  await removeNode(directory, node, limits.stop);
  const prefix = prefixOf(directory, node);
  const installed = installedOf(record);
  const { product } = installed;
  await mkdir(prefix, { recursive: true, mode: 0o700 });
  await writeFile(path.join(nodeDirectory(directory, node), recordFile), JSON.stringify(record));
  const environment = {
    ...product.environment({ ...place, prefix }),
    ...secrets.environment,
    [product.passwordVariable]: secrets.password,
  };
  const fail = async (why: string) => {
    const log = await run("tail", ["-n", "5", product.log(prefix)]);
    await removeNode(directory, node, limits.stop);
    const said =
      log.exitCode === 0 && log.output.trim() !== "" ? ` Its log ends: ${lastLines(log.output, 5)}` : "";
    throw new Error(`${node} (${product.title} ${record.version}) ${why}.${said}`);
  };
  const end = performance.now() + limits.start * 1_000;
  const late = `within ${limits.start} s; gateway:timeouts.start sets the limit`;
  const started = await runProduct(installed, product.start(prefix), { environment, limit: limits.start });
  if (performance.now() >= end) await fail(`does not start ${late}`);
  if (started.exitCode !== 0) {
    await fail(`does not start: ${lastLines(started.output)} (exit code ${started.exitCode})`);
  }
  const at = (port: string) => `http://${place.host}:${place.ports[port]}`;
  let answer = "";
  const isReady = async () => (answer = await askReady(product, at)) === "ready";
  await waitUntil(isReady, { limit: (end - performance.now()) / 1_000, every: 100 }, () => answer).catch(() =>
    fail(`is not ready ${late} (${answer})`),
  );
  const version = await askVersion(product, at);
  if (version !== record.version) await fail(`says that it is version ${version}`);
}
