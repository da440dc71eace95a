import { risingSlots, upgradedSlots } from "../components/gates";
import type { LiveTraffic } from "../components/live-gateway";
import type { Platform } from "../components/platform";
import { contextsOf, type SlotContext } from "../components/slot-context";
import type { Change, KnownSnapshot, Observed } from "../products/change";
import { isForward, isNewLife, isRollback, raisesNewer } from "../products/steps";
import { lifeOf, sharesDatabase, type SlotName } from "../products/release";
import type { ReleaseRecord } from "../products/record";
import { changeOf } from "./change";
import type { Settings } from "./config/read";
import { readDrift } from "./drift";
import type { LastRelease } from "./last-release";

/** Keys of the config that the engine holds as secrets. */
export function secretKeys(): Set<string> {
  return new Set(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]);
}

/** What lies at gateway:restoreFrom, asked of a new stack alone: it is read once. */
async function readRestore(
  { live }: Platform,
  { config, release }: Settings,
  last: LastRelease,
): Promise<Observed["restore"]> {
  if (config.restoreFrom === undefined || last.record || release.newer) return undefined;
  const location = config.restoreFrom;
  const found = await live.snapshotAt(location);
  return { location, ...(found ? { product: found.product, version: found.version } : {}) };
}

/** Why slots that stand already, and are to get more traffic, cannot take it: told at preview, not only by the gate. */
async function readHealth(
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
  const asked = standing.map(async (context) => [context.name, await platform.live.health(context)] as const);
  return Object.fromEntries(await Promise.all(asked));
}

/** Why the configuration cannot be told, where it cannot. */
const unknown = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the slots' databases say of an upgrade: nothing is asked that no rule of this change needs. */
async function readUpgrade(
  { live: { configuration, copyProblems } }: Platform,
  change: Change,
): Promise<Pick<Observed, "runtime" | "databaseServer" | "copy" | "sinceSnapshot" | "unequal">> {
  const slots = upgradedSlots(change.next);
  if (!configuration || !slots || !isForward(change)) return {};
  const { older, newer } = slots;
  const stands = ({ name, slot }: SlotContext) =>
    slot.existing !== undefined || !isNewLife(change.previous?.slots[name], slot, name);
  if (!stands(older)) return {};
  // A database that does not answer is told by the gate and by the snapshot, which cannot do without it.
  const asked = <T>(question: Promise<T>) => question.catch(() => undefined);
  const rises = raisesNewer(change) && stands(newer);
  const [runtime, server, copy, sinceSnapshot, unequal] = await Promise.all([
    asked(configuration.runtime(older)),
    asked(configuration.server(older)),
    stands(newer) || !copyProblems ? undefined : asked(copyProblems(older, newer)),
    rises ? asked(configuration.sinceSnapshot(older, newer)) : undefined,
    rises && !sharesDatabase(change.next) ? asked(configuration.unequal(older, newer)) : undefined,
  ]);
  const databaseServer =
    server === undefined ? {} : { [older.name]: server, ...ownServer(newer, older, server) };
  return { runtime, databaseServer, copy, sinceSnapshot, unequal };
}

/** What was written to the newer slot since it took over, where this change rolls back to the older one's database. */
export async function readLoss(
  { live: { configuration } }: Platform,
  change: Change,
): Promise<Observed["sinceCutover"]> {
  const { previous } = change;
  if (!configuration || !previous?.newer || !isRollback(change) || sharesDatabase(previous)) return undefined;
  const [, newer] = contextsOf(previous);
  return newer && configuration.sinceCutover(newer).catch(unknown);
}

/** Slots that are made here have their databases on one server. */
function ownServer(
  newer: SlotContext,
  older: SlotContext,
  server: string,
): Partial<Record<SlotName, string>> {
  return older.slot.existing ? {} : { [newer.name]: server };
}

/** What a change is read from, beside the config. */
export interface Around {
  settings: Settings;
  platform: Platform;
  last: LastRelease;
  promoted?: ReleaseRecord;
  live: LiveTraffic;
  lastSnapshot?: KnownSnapshot;
  /** What follows from the config and its files alone. */
  offline: Partial<Observed>;
}

/** The change with all that the running gateway says of it. */
export async function readChange(around: Around): Promise<Change> {
  const { settings, platform, last, live, promoted, lastSnapshot, offline } = around;
  const known = { last, promoted, live: live.weights, lastSnapshot };
  if (offline.directory) return changeOf(settings, { ...known, observed: offline });
  const [lives, drifted, restore, unhealthy] = await Promise.all([
    platform.live.lives(),
    readDrift(platform.live, last.record),
    readRestore(platform, settings, last),
    readHealth(platform, settings, live, last),
  ]);
  const duringCutover = last.cutover?.late;
  const observed = {
    ...offline,
    balancerSilent: live.silent,
    lives,
    drifted,
    restore,
    unhealthy,
    duringCutover,
  };
  const change = changeOf(settings, { ...known, observed });
  return { ...change, observed: { ...observed, ...(await readUpgrade(platform, change)) } };
}
