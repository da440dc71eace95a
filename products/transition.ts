import { isDeepStrictEqual } from "node:util";
import type { Finding } from "./finding";
import { capacityOf, lifeOf, otherSlot, type Release, type Slot, type SlotName, slotNames } from "./release";
import { compareVersions } from "./version";

/** A snapshot that can be restored, as a remedy names it. */
export interface KnownSnapshot {
  location: string;
  version: string;
}

/** All that the rules of transition look at. */
export interface Situation {
  /** The release that the last update recorded; undefined on a new stack. */
  previous?: Release;
  /** What the balancer really does now; undefined where there is none yet or it cannot be asked. */
  live?: Record<SlotName, number>;
  next: Release;
  /** Slots whose database password differs from the recorded one. */
  changedPasswords: SlotName[];
  /** The newest snapshot of this stack, if there is one. */
  lastSnapshot?: KnownSnapshot;
}

const source = "docs/architecture.md#transitions";

function refuse(rule: string, key: string, wrong: string, remedy: string): Finding {
  return { severity: "error", rule: `transition/${rule}`, key, wrong, remedy, source };
}

/** The weight that counts: a slot serves when the record says so or the balancer does, after an interrupted update too. */
function weightBefore({ previous, live }: Situation, name: SlotName): number {
  return Math.max(previous?.weights[name] ?? 0, live?.[name] ?? 0);
}

function slotIn(release: Release | undefined, name: SlotName): Slot | undefined {
  return release?.slots[name];
}

/** Whether the slot holds another life than before: added, or at another version or generation. */
function isNewLife(before: Slot | undefined, after: Slot | undefined, name: SlotName): boolean {
  return after !== undefined && (before === undefined || lifeOf(name, before) !== lifeOf(name, after));
}

/** Only the newer slot, at weight 0, is free to change: nobody is served by it and nobody can fall back on it. */
function isIdleNewer(situation: Situation, name: SlotName): boolean {
  const { previous, next } = situation;
  return previous?.newer === name && next.newer === name && weightBefore(situation, name) === 0;
}

/** The older slot may leave only when it had no weight before this change; the newer one at any time. */
function reviewLeaving(situation: Situation): Finding[] {
  const { previous, next } = situation;
  return slotNames
    .filter((name) => slotIn(previous, name) && !slotIn(next, name) && previous?.newer !== name)
    .filter((name) => weightBefore(situation, name) > 0)
    .map((name) =>
      refuse(
        "serving-slot-leaves",
        `gateway:${name}`,
        `${name} has ${weightBefore(situation, name)} % of the traffic, and this change removes it.`,
        slotIn(previous, otherSlot(name))
          ? `Keep ${name}, give ${otherSlot(name)} all weight in a change of its own, and remove ${name} after it.`
          : `Keep ${name} and add ${otherSlot(name)} beside it at the version that you want.`,
      ),
    );
}

/** A slot that serves, or stands ready to, keeps its version and generation. */
function reviewChangedLife(situation: Situation): Finding[] {
  const { previous, next } = situation;
  return slotNames.flatMap((name) => {
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!before || !after || !isNewLife(before, after, name) || isIdleNewer(situation, name)) return [];
    const changed = before.version === after.version ? "generation" : "version";
    const serves = weightBefore(situation, name) > 0;
    const state = serves
      ? `has ${weightBefore(situation, name)} % of the traffic`
      : "stands ready for a rollback";
    const other = slotIn(previous, otherSlot(name))
      ? "give it weight 0 first, or retire the older slot"
      : undefined;
    return [
      refuse(
        "serving-slot-changed",
        `gateway:${name}.${changed}`,
        `${name} ${state}, and this change gives it ${changed} ${after[changed]} in place of ${before[changed]}.`,
        other && previous?.newer === name
          ? `Give ${otherSlot(name)} all weight in a change of its own, then change ${name}.`
          : other
            ? `Put ${changed} ${before[changed]} back; change ${previous?.newer ?? otherSlot(name)}, the newer slot, while it has weight 0.`
            : `Put ${changed} ${before[changed]} back and add ${otherSlot(name)} beside it at version ${after.version}.`,
      ),
    ];
  });
}

const lasting = [
  { field: "nodes", what: "fewer nodes" },
  { field: "settings", what: "other settings" },
  { field: "existing", what: "another existing gateway" },
  { field: "place", what: "other addresses or another database" },
] as const;

/** A slot that serves, or stands ready to, loses no capacity, address, database or password, and keeps its settings. */
function reviewChangedSlot(situation: Situation): Finding[] {
  const { previous, next, changedPasswords } = situation;
  return slotNames.flatMap((name) => {
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!before || !after || isNewLife(before, after, name)) return [];
    const remedy = `Put it back; what ${name} should become is a second slot at the same version: add gateway:${otherSlot(name)} and name gateway:source.`;
    const password = changedPasswords.includes(name)
      ? [
          isIdleNewer(situation, name)
            ? refuse(
                "password-changed",
                `gateway:database.password`,
                `The password of ${name}'s database changes while the database stays.`,
                `Raise gateway:${name}.generation by one with it: the database is then made anew with the new password.`,
              )
            : refuse(
                "serving-slot-changed",
                `gateway:database.password`,
                `${name} serves or stands ready, and this change gives its database another password.`,
                remedy,
              ),
        ]
      : [];
    if (isIdleNewer(situation, name)) return password;
    const changes = lasting.filter(({ field }) =>
      field === "nodes"
        ? capacityOf(after) < capacityOf(before)
        : !isDeepStrictEqual(before[field], after[field]),
    );
    // An existing gateway's addresses are both its capacity and what it is: one finding for one cause.
    const told =
      before.existing && after.existing ? changes.filter(({ field }) => field === "existing") : changes;
    return [
      ...password,
      ...told.map(({ field, what }) =>
        refuse(
          "serving-slot-changed",
          `gateway:${name}.${field}`,
          `${name} serves or stands ready, and this change gives it ${what}.`,
          remedy,
        ),
      ),
    ];
  });
}

/** All weight goes only to a slot with at least the nodes of the one that it relieves. */
function reviewCapacity(situation: Situation): Finding[] {
  const { next } = situation;
  const newer = next.newer && slotIn(next, next.newer);
  const older = slotIn(next, next.older);
  if (!next.newer || !newer || !older || next.weights[next.newer] < 100) return [];
  if (situation.previous?.weights[next.newer] === 100 || capacityOf(newer) >= capacityOf(older)) return [];
  return [
    refuse(
      "too-few-nodes",
      `gateway:${next.newer}.nodes`,
      `${next.newer} gets all the traffic with ${capacityOf(newer)} node(s), where ${next.older} has ${capacityOf(older)}.`,
      `Set gateway:${next.newer}.nodes to ${capacityOf(older)} or more before it gets all weight.`,
    ),
  ];
}

/** What is added is never older than what serves: its database would have to be migrated backwards. */
function reviewOlderAdded(situation: Situation): Finding[] {
  const { previous, next, lastSnapshot } = situation;
  if (!previous) return [];
  const serving = slotNames
    .filter((name) => weightBefore(situation, name) > 0)
    .flatMap((name) => slotIn(previous, name)?.version ?? []);
  return slotNames.flatMap((name) => {
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!after || !isNewLife(before, after, name)) return [];
    const newer = serving.find((version) => compareVersions(after.version, version) < 0);
    if (newer === undefined) return [];
    const restore = lastSnapshot
      ? `the last snapshot of this stack is ${lastSnapshot.location} (version ${lastSnapshot.version}): make a new stack at ${lastSnapshot.version} with gateway:restoreFrom set to it`
      : "make a new stack with gateway:restoreFrom set to a snapshot of that version";
    return [
      refuse(
        "older-slot-added",
        `gateway:${name}.version`,
        `${name} would be added at ${after.version}, older than ${newer}, which serves: a database does not migrate backwards.`,
        `Take ${name} out, or choose a version from ${newer} on; to go back to ${after.version}, ${restore}.`,
      ),
    ];
  });
}

/** At equal versions `source` must name a slot that is there already: the other one's database is filled from it. */
function reviewSource({ previous, next }: Situation): Finding[] {
  if (!previous || !next.newer || slotIn(previous, next.older) || !slotIn(previous, next.newer)) return [];
  if (slotIn(next, next.older)?.version !== slotIn(next, next.newer)?.version) return [];
  return [
    refuse(
      "source-is-new",
      "gateway:source",
      `gateway:source names ${next.older}, which this change adds: its database would be empty.`,
      `Set gateway:source to ${next.newer}.`,
    ),
  ];
}

/** The rules of transition: what may follow the last release, whatever the product. */
export function reviewTransition(situation: Situation): Finding[] {
  return [
    reviewLeaving,
    reviewChangedLife,
    reviewChangedSlot,
    reviewCapacity,
    reviewOlderAdded,
    reviewSource,
  ].flatMap((rule) => rule(situation));
}
