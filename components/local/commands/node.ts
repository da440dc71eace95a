import type { DatabaseAddress } from "../../../products/operation";
import type { SlotName } from "../../../products/release";
import { passwordOf, secretEnvironment } from "../credentials-file";
import { host } from "../layout";
import { withLock } from "../lock";
import { startNode } from "../node";
import { retireNode } from "../retire-node";
import { json, text } from "../../command-input";

/** Starts the node, ready and at its version; what it prints is where it listens. */
export function start(): Promise<{ node: string; ports: Record<string, number> }> {
  const [directory, node] = [text("directory"), text("node")];
  const slot = text("slot") as SlotName;
  const ports = json<Record<string, number>>("ports");
  const database = json<DatabaseAddress>("database");
  const lock = {
    directory,
    piece: `node-${node}`,
    purpose: `starting ${node}`,
    limit: json<number>("lockLimit"),
  };
  return withLock(lock, async () => {
    await startNode(
      directory,
      node,
      {
        product: text("product"),
        version: text("version"),
        programs: text("programs"),
        life: text("life"),
        database: database.name,
      },
      { host, ports, database, settings: json("settings") },
      { password: await passwordOf(directory, slot), environment: secretEnvironment(directory, slot) },
      { start: json("startLimit"), stop: json("stopLimit") },
    );
    return { node, ports };
  });
}

/** Drains the node, takes it out of the balancer, stops it and takes its files away. */
export function remove(): Promise<void> {
  const node = text("node");
  const limits = {
    lock: json<number>("lockLimit"),
    drain: json<number>("drainLimit"),
    stop: json<number>("stopLimit"),
  };
  return retireNode(text("directory"), node, `stopping ${node}`, limits);
}
