import type { TableKind } from "./configuration";
import type { Difference } from "./fingerprint";
import type { Product } from "./product";
import type { ReleaseRecord } from "./record";
import { lifeOf, otherSlot, type Release, type Slot, type SlotName, slotNames } from "./release";

/** A snapshot that can be restored, as a remedy names it. */
export interface KnownSnapshot {
  location: string;
  version: string;
}

/** A plugin of the user's own, and where it was tested. */
export interface CustomPlugin {
  name: string;
  version: string;
  /** Where it was tested, and with which version of the gateway. */
  tested?: { where: string; with: string };
  /** What its tables hold, by name. */
  tables: Record<string, TableKind>;
}

/** When traffic may be moved forward: on these days, between these hours, in this time zone. */
export interface Window {
  days: ("Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")[];
  /** "22:00". A window whose end is not after its start ends on the next day. */
  from: string;
  to: string;
  /** An IANA name: "Europe/Berlin". */
  timeZone: string;
}

/** What a config says of how a change is to be made, rather than of what is to be there after it. */
export interface Asked {
  /** Ids of breaking changes and findings that are accepted. */
  acknowledge: string[];
  customPlugins: CustomPlugin[];
  /** Why it is fine that traffic or writes stop. */
  acceptDowntime?: string;
  window?: Window;
  /** Why the window is set aside. */
  windowOverride?: string;
  /** The stack that must have rehearsed this. */
  promotedFrom?: string;
  production: boolean;
  freeze?: "hold" | "detect";
}

/** What was read of the running gateway for this review. A part that is absent was not asked, or not to be had. */
export interface Observed {
  /** Why a standing slot that is to get traffic cannot take it. */
  unhealthy?: Partial<Record<SlotName, string[]>>;
  /** What runs in each slot, as its nodes say: "green-3.10.0-g1". */
  lives?: Partial<Record<SlotName, string>>;
  /** Why the balancer cannot be asked. */
  balancerSilent?: string;
  /** Keys of config that hold a secret set in plain: "gateway:database". */
  plainSecrets?: string[];
  /** What lies at gateway:restoreFrom: a snapshot of this product and version, or nothing. */
  restore?: { location: string; product?: string; version?: string };
  /** Files of requests in gateway:acknowledge, and why one cannot be used. */
  appliedFiles?: { file: string; wrong?: string }[];
  /** Why the platform's files cannot lie where config says, and what to do. */
  directory?: { wrong: string; remedy: string };
  /** Version of the database server that a slot's database is on: "15.18". */
  databaseServer?: Partial<Record<SlotName, string>>;
  /** Rows of the older slot's database by table, of tables that are no configuration; and its plugins, by name and setting. */
  runtime?: { tables: Record<string, number>; plugins: Record<string, number> };
  /** What was written to the older slot's configuration since it was copied for the newer one. */
  sinceSnapshot?: Difference[];
  /** How the newer slot's configuration differs from the older one's. */
  unequal?: Difference[];
  /** What was written to the newer slot's configuration since it took over; a text says why that is not known. */
  sinceCutover?: Difference[] | string;
  /** What was written to the older slot's configuration while the newer one took over. */
  duringCutover?: Difference[] | string;
}

/** All that rules look at: what was, what is to be, and what is asked of the way there. */
export interface Change {
  product: Product;
  platform: string;
  strategy: string;
  /** The release that the last update recorded; undefined on a new stack. */
  previous?: ReleaseRecord;
  /** What the balancer really does now; undefined where there is none yet or it cannot be asked. */
  live?: Record<SlotName, number>;
  next: Release;
  asked: Asked;
  /** The moment of the review. */
  now: Date;
  /** The last release of the stack that promotedFrom names; undefined where it has none. */
  promoted?: ReleaseRecord;
  observed: Observed;
  /** Slots whose database password differs from the recorded one. */
  changedPasswords: SlotName[];
  /** Slots whose secret settings differ from the recorded ones. Default: none. */
  changedSecrets?: SlotName[];
  /** The config key of a slot's password. Default: the one for all slots. */
  passwordKeys?: Partial<Record<SlotName, string>>;
  /** The config key that decides where slots are. Default: the slot's own. */
  placeKey?: string;
  /** The newest snapshot of this stack, if there is one. */
  lastSnapshot?: KnownSnapshot;
  /** The gateway version that a new stack's first database is filled at (gateway:restoreFrom). */
  restoredVersion?: string;
}

type Before = Pick<Change, "previous" | "live">;
type BeforeAndAfter = Before & Pick<Change, "next">;

/** The weight that counts for safety: a slot serves when the record says so or the balancer does. */
export function weightBefore({ previous, live }: Before, name: SlotName): number {
  return Math.max(previous?.weights[name] ?? 0, live?.[name] ?? 0);
}

/** The weight that a slot has now: what the balancer does, or the record where it cannot be asked. */
export function weightNow({ previous, live }: Before, name: SlotName): number {
  return live?.[name] ?? previous?.weights[name] ?? 0;
}

/** Whether the slot holds another life than before: added, or at another version or generation. */
export function isNewLife(before: Slot | undefined, after: Slot | undefined, name: SlotName): boolean {
  return after !== undefined && (before === undefined || lifeOf(name, before) !== lifeOf(name, after));
}

/** A step from one version to another that this change makes: of the newer slot, of the only slot in place, of the control plane. */
export interface VersionStep {
  from: string;
  to: string;
  /** The config key that holds the target. */
  key: string;
}

/** The version steps that a change makes. Empty when it adds no newer slot and changes no version. */
export function versionSteps({
  previous,
  next,
  restoredVersion,
}: Pick<Change, "previous" | "next" | "restoredVersion">): VersionStep[] {
  const { older, newer, slots } = next;
  const steps: VersionStep[] = [];
  const control = next.controlPlane?.version;
  const controlBefore = previous?.controlPlane?.version;
  if (control && controlBefore && control !== controlBefore) {
    steps.push({ from: controlBefore, to: control, key: "gateway:controlPlane.version" });
  }
  // A new stack's first database is the older slot's, be there a newer one beside it already.
  const first = slots[older];
  if (
    !previous &&
    newer &&
    first &&
    !first.existing &&
    restoredVersion &&
    restoredVersion !== first.version
  ) {
    steps.push({ from: restoredVersion, to: first.version, key: `gateway:${older}.version` });
  }
  const target = newer ?? older;
  const [before, after] = [previous?.slots[target]?.version, slots[target]?.version];
  const source = newer ? slots[older]?.version : (previous?.slots[older]?.version ?? restoredVersion);
  if (after && source && before !== after && source !== after) {
    steps.push({ from: source, to: after, key: `gateway:${target}.version` });
  }
  return steps;
}

/** What a forward change brings users to: a version of the newer slot, of the only one in place, of the control plane. */
export interface Target {
  version: string;
  /** The config key that holds it. */
  key: string;
  /** The slot that has it; undefined for the control plane. */
  slot?: SlotName;
}

/** The targets of a change. Empty when it is not forward. */
export function targets(change: BeforeAndAfter): Target[] {
  const { previous, next } = change;
  const found: Target[] = [];
  const control = next.controlPlane?.version;
  if (previous && control && control !== previous.controlPlane?.version) {
    found.push({ version: control, key: "gateway:controlPlane.version" });
  }
  const slot = next.newer ?? next.older;
  const version = next.slots[slot]?.version;
  const before = previous?.slots[slot]?.version;
  const comes = version !== before && (next.newer !== undefined || before !== undefined);
  if (version && (comes || raisesNewer(change)))
    found.push({ version, key: `gateway:${slot}.version`, slot });
  return found;
}

/** The version steps that a forward change brings users over: those that it makes, and the one to a newer slot that stands already. */
export function coveredSteps(change: BeforeAndAfter & Pick<Change, "restoredVersion">): VersionStep[] {
  if (!isForward(change)) return [];
  const steps = versionSteps(change);
  const { older, newer, slots } = change.next;
  const [from, to] = [slots[older]?.version, newer && slots[newer]?.version];
  const key = `gateway:${newer}.version`;
  const isNew = from && to && from !== to && !steps.some((step) => step.key === key);
  return isNew && raisesNewer(change) ? [...steps, { from, to, key }] : steps;
}

/** Whether traffic is moved to the newer slot, or the only one is upgraded in place: what promotion and acknowledgements are asked of. */
export function isForward(change: BeforeAndAfter): boolean {
  return addsTarget(change) || raisesNewer(change);
}

/** Whether the newer slot is added or gets another version, or the only slot or the control plane another one in place. */
export function addsTarget({ previous, next }: Pick<Change, "previous" | "next">): boolean {
  if (!previous) return next.newer !== undefined;
  const changes = (name: SlotName) => previous.slots[name]?.version !== next.slots[name]?.version;
  const controlPlane = next.controlPlane?.version !== previous.controlPlane?.version;
  if (next.newer) return changes(next.newer) || controlPlane;
  return (previous.slots[next.older] !== undefined && changes(next.older)) || controlPlane;
}

/** Whether the newer slot's weight rises above what it has now. */
export function raisesNewer(change: BeforeAndAfter): boolean {
  const { newer, weights } = change.next;
  return newer !== undefined && weights[newer] > weightNow(change, newer);
}

/** Whether the change gives weight back to the older slot: a rollback, which is never refused for more than its health. */
export function isRollback(change: BeforeAndAfter): boolean {
  const { previous, next } = change;
  if (!previous?.newer || !next.slots[previous.older]) return false;
  const { older, newer } = previous;
  if (lifeOf(older, previous.slots[older] as Slot) !== lifeOf(older, next.slots[older] as Slot)) return false;
  const newerGoes = !next.slots[newer];
  const falls = next.weights[newer] < weightBefore(change, newer);
  return newerGoes || falls;
}

/** Whether the older slot is retired: after it, no rollback leads back to it. */
export function finalizes({ previous, next }: Pick<Change, "previous" | "next">): SlotName | undefined {
  const older = previous?.older;
  return older && previous.newer && !next.slots[older] && next.slots[otherSlot(older)] ? older : undefined;
}

/** Slots that are there before and after, with both. */
export function keptSlots({
  previous,
  next,
}: Pick<Change, "previous" | "next">): { name: SlotName; before: Slot; after: Slot }[] {
  return slotNames.flatMap((name) => {
    const [before, after] = [previous?.slots[name], next.slots[name]];
    return before && after ? [{ name, before, after }] : [];
  });
}
