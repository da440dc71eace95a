import { readFileSync } from "node:fs";
import path from "node:path";
import type { SlotName } from "../../products/release";

/** The embedded platform binds to loopback alone. */
export const host = "127.0.0.1";

/** Where everything of one gateway lies, below one directory. Only `snapshots` outlives a destroy. */
export function filesOf(directory: string) {
  const root = path.resolve(directory);
  return {
    root,
    credentials: path.join(root, "credentials.json"),
    postgres: path.join(root, "postgres"),
    balancer: path.join(root, "balancer"),
    nodes: path.join(root, "nodes"),
    locks: path.join(root, "locks"),
    snapshots: path.join(root, "snapshots"),
  };
}

/** A node's directory: one per slot and number, whatever its version, since its ports are fixed. */
export function nodeDirectory(directory: string, node: string): string {
  return path.join(filesOf(directory).nodes, node);
}

/** "blue-1": the name of a slot's first node, its server in the balancer and its directory. */
export function nodeName(slot: SlotName, index: number): string {
  return `${slot}-${index}`;
}

/** Ports are a function of the config, so that addresses need no outputs: the gateway's first, then the rest by offset. */
export function portsOf(first: number) {
  return { gateway: first, admin: first + 1, postgres: first + 2 };
}

const slotOffset = { blue: 10, green: 110 };

/** The ports of a slot's node: three to a node, blue's from the 10th on, green's from the 110th. */
export function nodePorts(
  first: number,
  slot: SlotName,
  index: number,
  names: string[],
): Record<string, number> {
  const base = first + slotOffset[slot] + (index - 1) * names.length;
  return Object.fromEntries(names.map((name, offset) => [name, base + offset]));
}

/** PostgreSQL takes names of letters, digits and underscores without quoting: green_3_10_0_g1. */
export function databaseName(life: string): string {
  return life.replace(/[^a-z0-9]/g, "_");
}

/** The lock of a database. A name that config gives may be anything, and this is one of a file. */
export function databaseLock(name: string): string {
  return `database-${encodeURIComponent(name)}`;
}

/** What the set-up found or installed; empty where it was not used and PATH must do. */
export function foundPrograms(): { postgres?: string; haproxy?: string } {
  const file = path.resolve(__dirname, "../../node_modules/.gateway-upgrade/programs.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { postgres?: string; haproxy?: string };
  } catch {
    return {};
  }
}
