import type { OwnTables } from "../../../products/configuration";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { databaseLock, filesOf } from "../layout";
import { leaveBalancer } from "../leave-balancer";
import { withLock } from "../lock";
import { listNodes, removeNode } from "../node";
import { removeNotes } from "../notes";
import { removeDatabase } from "../remove-database";
import { json, text } from "../../command-input";

/**
 * Takes away what carries this slot, version and generation and no state knows of: the nodes, the database and the
 * half-written snapshot of a create that failed or was killed. It waits for commands that still run. A database that is
 * not the slot's own is left as it is.
 */
export async function sweep(): Promise<{ swept: string }> {
  const [directory, life] = [text("directory"), text("life")];
  const limits = { snapshot: json<number>("snapshotLimit"), stop: json<number>("stopLimit") };
  const limit = json<number>("lockLimit");
  const purpose = `sweeping ${life}`;
  const name = text("database");
  const drainLimit = json<number>("drainLimit");
  await withLock({ directory, piece: `snapshot-before-${life}`, purpose, limit }, async () => {
    await rm(path.join(filesOf(directory).snapshots, `.before-${life}.partial`), {
      recursive: true,
      force: true,
    });
  });
  await withLock({ directory, piece: databaseLock(name), purpose, limit }, async () => {
    for (const node of json<string[]>("nodes")) {
      await withLock({ directory, piece: `node-${node}`, purpose, limit }, async () => {
        const found = (await listNodes(directory)).find((record) => record.node === node);
        if (found && found.life !== life) return;
        await withLock({ directory, piece: "weights", purpose, limit }, () =>
          leaveBalancer(directory, node, drainLimit),
        );
        await removeNode(directory, node, limits.stop);
      });
    }
    const about = {
      product: text("product"),
      version: text("version"),
      life,
      ownTables: json<OwnTables>("ownTables"),
    };
    if (json<boolean>("isOwn"))
      await removeDatabase({ directory, port: json("port"), name, ...about }, limits);
  });
  // The same upgrade may come again, under the same name: it is another life.
  await removeNotes(directory, life);
  await removeEmpty(filesOf(directory).nodes);
  return { swept: life };
}

async function removeEmpty(directory: string): Promise<void> {
  if ((await readdir(directory).catch(() => ["unreadable"])).length === 0)
    await rm(directory, { recursive: true });
}
