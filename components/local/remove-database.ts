import { existsSync } from "node:fs";
import type { OwnTables } from "../../products/configuration";
import { balancerExists } from "./haproxy/process";
import { liveServers } from "./haproxy/runtime";
import { filesOf } from "./layout";
import { listNodes, removeNode } from "./node";
import { ensureCluster, superuser } from "./postgres/cluster";
import { dropDatabase, markOf, superuserAccess } from "./postgres/database";
import { takeSnapshot } from "./postgres/snapshot";

/** A slot's database, and what a snapshot of it says. */
export interface DatabaseToRemove {
  directory: string;
  port: number;
  name: string;
  product: string;
  version: string;
  life: string;
  ownTables: OwnTables;
}

/**
 * Stops what still runs on a database, takes a last snapshot, and drops it: no snapshot, no drop. A half-filled one
 * needs none, since what it was filled from still stands. Refused while a node on it has weight.
 */
export async function removeDatabase(
  { directory, port, name, product, version, life, ownTables }: DatabaseToRemove,
  limits: { snapshot: number; stop: number },
): Promise<{ lastSnapshot?: string }> {
  if (!existsSync(filesOf(directory).postgres)) return {};
  await ensureCluster(directory);
  const server = await superuserAccess(directory, port, superuser);
  const filledFrom = await markOf(server, name);
  if (filledFrom === null) return {};
  const weights = balancerExists(directory) ? await liveServers(directory) : [];
  for (const { node } of (await listNodes(directory)).filter(({ database }) => database === name)) {
    if (weights.some((live) => live.name === node && live.weight > 0)) {
      throw new Error(`${node} has weight in the balancer and runs on ${name}: the database is not dropped`);
    }
    await removeNode(directory, node, limits.stop);
  }
  const about = { product, version, of: life, reason: `last-${life}` };
  const lastSnapshot =
    filledFrom === undefined
      ? undefined
      : await takeSnapshot(directory, { ...server, database: name }, about, {
          name: `last-${life}`,
          ownTables,
          limit: limits.snapshot,
        });
  await dropDatabase(directory, port, name);
  return { lastSnapshot };
}
