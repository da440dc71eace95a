import type { DatabaseAddress } from "../../../products/operation";
import type { SlotName } from "../../../products/release";
import { passwordOf, secretEnvironment } from "../credentials-file";
import { host } from "../layout";
import { leaveBalancer } from "../leave-balancer";
import { withLock } from "../lock";
import { removeNode, startNode } from "../node";
import { json, text } from "./input";

const lock = (purpose: string) => ({
  directory: text("directory"),
  piece: `node-${text("node")}`,
  purpose: `${purpose} ${text("node")}`,
  limit: json<number>("lockLimit"),
});

/** Starts the node, ready and at its version; what it prints is where it listens. */
export function start(): Promise<{ node: string; ports: Record<string, number> }> {
  const [directory, node] = [text("directory"), text("node")];
  const slot = text("slot") as SlotName;
  const ports = json<Record<string, number>>("ports");
  const database = json<DatabaseAddress>("database");
  return withLock(lock("starting"), async () => {
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
  const [directory, node] = [text("directory"), text("node")];
  return withLock(lock("stopping"), async () => {
    await withLock({ ...lock("stopping"), piece: "weights" }, () =>
      leaveBalancer(directory, node, json("drainLimit")),
    );
    await removeNode(directory, node, json("stopLimit"));
  });
}
