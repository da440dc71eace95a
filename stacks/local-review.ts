import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { risingSlots, upgradedSlots, whatIsUnhealthy } from "../components/gates";
import { safePath } from "../components/local/haproxy/config";
import { longestSocketPath, socketOf } from "../components/local/haproxy/runtime";
import { nodeName } from "../components/local/layout";
import { listNodes } from "../components/local/node";
import { readManifest } from "../components/local/postgres/snapshot";
import type { LiveTraffic, Platform, SlotContext } from "../components/platform";
import {
  addsTarget,
  type Change,
  isNewLife,
  isRollback,
  type Observed,
  raisesNewer,
} from "../products/change";
import { lifeOf, sharesDatabase, type Slot, type SlotName, slotNames } from "../products/release";
import type { Settings } from "./config/read";
import type { LastRelease } from "./last-release";

/** As root, PostgreSQL's server runs as another user: each folder above its own must let that one pass. */
function closedFolder(directory: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const parts = path.resolve(directory).split(path.sep);
  const folders = parts.map((_, index) => path.join("/", ...parts.slice(1, index + 1)));
  return folders.find((folder) => existsSync(folder) && (statSync(folder).mode & 0o001) === 0);
}

/** Why not everything can lie below this directory; undefined when it can. */
export function problemOfDirectory(directory: string): Observed["directory"] {
  const socket = socketOf(directory);
  if (!safePath.test(path.resolve(directory))) {
    const wrong = `HAProxy cannot take the path ${path.resolve(directory)}.`;
    return { wrong, remedy: "Use letters, digits and . _ / @ + - in it." };
  }
  const closed = closedFolder(directory);
  if (closed !== undefined) {
    return {
      wrong: `PostgreSQL does not run as root, and ${closed} lets no other user pass to its files below ${directory}.`,
      remedy:
        "Set a directory that others can pass through, such as /var/tmp/gateway, or run as an ordinary user.",
    };
  }
  if (socket.length <= longestSocketPath) return undefined;
  const wrong = `The balancer's socket would have a path of ${socket.length} characters, and ${longestSocketPath} are possible.`;
  return { wrong, remedy: "Set a directory with a shorter path, such as /var/tmp/gateway." };
}

/** Keys of the config that the engine holds as secrets. */
export function secretKeys(): Set<string> {
  return new Set(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]);
}

/** What lies at gateway:restoreFrom, asked of a new stack alone: it is read once. */
export async function readRestore(
  { config, release }: Settings,
  last: LastRelease,
): Promise<Observed["restore"]> {
  if (config.restoreFrom === undefined || last.record || release.newer) return undefined;
  const location = config.restoreFrom;
  const manifest = await readManifest(path.resolve(location)).catch(() => undefined);
  return { location, ...(manifest ? { product: manifest.product, version: manifest.version } : {}) };
}

/** Why slots that stand already, and are to get more traffic, cannot take it: told at preview, not only by the gate. */
export async function readHealth(
  platform: Platform,
  { release }: Settings,
  live: LiveTraffic,
  last: LastRelease,
): Promise<Observed["unhealthy"]> {
  const standing = risingSlots(release, live.weights ?? last.record?.weights).filter(
    ({ name, slot, life }) => {
      const before = last.record?.slots[name];
      return before && lifeOf(name, before) === life && before.nodes >= slot.nodes;
    },
  );
  const asked = standing.map(
    async (context) => [context.name, await whatIsUnhealthy(platform, context)] as const,
  );
  return Object.fromEntries(await Promise.all(asked));
}

/** Why the configuration cannot be told, where it cannot. */
const unknown = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What runs in each slot, as the first of its nodes says. */
export async function readLives(directory: string): Promise<Observed["lives"]> {
  const nodes = await listNodes(directory);
  return Object.fromEntries(
    slotNames.flatMap((name) => {
      const life = nodes.find(({ node }) => node === nodeName(name, 1))?.life;
      return life === undefined ? [] : [[name, life] as const];
    }),
  );
}

/** What the slots' databases say of this change: nothing is asked that no rule of it needs. */
export async function readDatabases(platform: Platform, change: Change): Promise<Partial<Observed>> {
  const { configuration } = platform;
  const slots = upgradedSlots(change.next);
  if (!configuration) return {};
  const { previous } = change;
  const observed: Partial<Observed> = {};
  if (slots && (addsTarget(change) || raisesNewer(change))) {
    const { older, newer } = slots;
    const stands = (name: SlotName, slot: Slot) =>
      slot.existing !== undefined || !isNewLife(previous?.slots[name], slot, name);
    if (stands(older.name, older.slot)) {
      // A database that does not answer is told by the gate and by the snapshot, which cannot do without it.
      observed.runtime = await configuration.runtime(older).catch(() => undefined);
      const server = await configuration.server(older).catch(() => undefined);
      observed.databaseServer =
        server === undefined ? {} : { [older.name]: server, ...ownServer(newer, older, server) };
      if (raisesNewer(change) && stands(newer.name, newer.slot)) {
        observed.sinceSnapshot = await configuration.sinceSnapshot(older, newer).catch(() => undefined);
        if (!sharesDatabase(change.next))
          observed.unequal = await configuration.unequal(older, newer).catch(() => undefined);
      }
    }
  }
  if (previous?.newer && isRollback(change) && !sharesDatabase(previous)) {
    const { newer } = previous;
    const slot = previous.slots[newer] as Slot;
    const context = { name: newer, slot, life: lifeOf(newer, slot) };
    observed.sinceCutover = await configuration.sinceCutover(context).catch(unknown);
  }
  return observed;
}

/** Slots that are made here have their databases on one server. */
function ownServer(
  newer: SlotContext,
  older: SlotContext,
  server: string,
): Partial<Record<SlotName, string>> {
  return older.slot.existing ? {} : { [newer.name]: server };
}
