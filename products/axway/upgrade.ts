import { isDeepStrictEqual } from "node:util";
import type { Change } from "../change";
import { isForward, isNewLife, isRollback } from "../steps";
import { type Slot, type SlotName, slotNames } from "../release";
import { wayOf } from "./path";
import { type Node, type Plain, plainOf } from "./settings";

/** One installation of the two that an upgrade is between. */
export interface Installation {
  name: SlotName;
  version: string;
  settings: Plain;
  topology: Node[];
}

/** An upgrade that a change makes, or goes on with. */
export interface Upgrade {
  /** The vendor's way from the one version to the other. */
  way: "sysupgrade" | "update";
  older: Installation;
  newer: Installation;
}

function installation(name: SlotName, slot: Slot): Installation {
  const settings = plainOf(slot);
  return { name, version: slot.version, settings, topology: settings.topology ?? [] };
}

/** Whether the change makes the slot, or gives it other settings. */
export function isTouched({ previous, next }: Pick<Change, "previous" | "next">, name: SlotName): boolean {
  const [before, after] = [previous?.slots[name], next.slots[name]];
  if (!after) return false;
  return isNewLife(before, after, name) || !isDeepStrictEqual(before?.settings, after.settings);
}

/** The upgrade that a change is about; none in a rollback, in a change of something else, and on a path that is refused. */
export function upgradeOf(change: Change): Upgrade | undefined {
  const { older, newer, slots } = change.next;
  const [from, to] = [slots[older], newer && slots[newer]];
  if (!newer || !from || !to || isRollback(change)) return undefined;
  if (!isForward(change) && !isTouched(change, newer)) return undefined;
  const way = wayOf(from.version, to.version);
  return way && { way, older: installation(older, from), newer: installation(newer, to) };
}

/** As `upgradeOf`, where it is one by `sysupgrade`. */
export function sysupgradeOf(change: Change): Upgrade | undefined {
  const upgrade = upgradeOf(change);
  return upgrade?.way === "sysupgrade" ? upgrade : undefined;
}

/** The installations that a change makes or gives other settings, and both of an upgrade. */
export function installationsOf(change: Change): Installation[] {
  if (isRollback(change)) return [];
  const upgrade = upgradeOf(change);
  return slotNames.flatMap((name) => {
    const slot = change.next.slots[name];
    return slot && (upgrade || isTouched(change, name)) ? [installation(name, slot)] : [];
  });
}

/** Nodes that run an Admin Node Manager, by host. */
export function adminNodeManagersOf({ topology }: Installation): string[] {
  return topology.filter(({ adminNodeManager }) => adminNodeManager).map(({ host }) => host);
}
