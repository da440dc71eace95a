import type { Change } from "../change";
import { weightBefore } from "../steps";
import { type Release, type Slot, type SlotName, slotNames } from "../release";
import { compareVersions } from "../version";

/** What of a change the rules of transition look at. */
export type Situation = Pick<
  Change,
  | "previous"
  | "live"
  | "next"
  | "changedPasswords"
  | "passwordKeys"
  | "placeKey"
  | "changedSecrets"
  | "lastSnapshot"
> & { strategy?: string; observed?: Pick<Change["observed"], "lives"> };

export function slotIn(release: Release | undefined, name: SlotName): Slot | undefined {
  return release?.slots[name];
}

/**
 * Only the newer slot is free to change, and only while it stays at weight 0: nobody is served by it and nobody can fall
 * back on it. With weight in the same change, an update that is interrupted after the weights could not be repeated.
 */
export function isIdleNewer(situation: Situation, name: SlotName): boolean {
  const { previous, next } = situation;
  return previous?.newer === name && weightBefore(situation, name) === 0 && next.weights[name] === 0;
}

/** What a slot does that is not free to change, as a finding says it. */
export function stateOf(situation: Situation, name: SlotName): string {
  const weight = weightBefore(situation, name);
  if (weight > 0) return `has ${weight} % of the traffic`;
  if (situation.previous?.newer !== name) return "stands ready for a rollback";
  return `gets ${situation.next.weights[name]} % of the traffic`;
}

/** Versions that users are served by. */
function servingVersions(situation: Situation): string[] {
  return slotNames
    .filter((name) => weightBefore(situation, name) > 0)
    .flatMap((name) => slotIn(situation.previous, name)?.version ?? []);
}

/** The first version that serves and is newer than the one that the slot is to have. */
export function newerThanWanted(situation: Situation, after: Slot): string | undefined {
  return servingVersions(situation).find((version) => compareVersions(after.version, version) < 0);
}
