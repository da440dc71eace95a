import type { Change } from "./change";
import { lifeOf, otherSlot, type Slot, type SlotName, slotNames } from "./release";

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
