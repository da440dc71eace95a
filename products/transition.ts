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
  /** The config key of a slot's password. Default: the one for all slots. */
  passwordKeys?: Partial<Record<SlotName, string>>;
  /** The config key that decides where slots are. Default: the slot's own. */
  placeKey?: string;
  /** Slots whose secret settings differ from the recorded ones. Default: none. */
  changedSecrets?: SlotName[];
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

/**
 * Only the newer slot is free to change, and only while it stays at weight 0: nobody is served by it and nobody can fall
 * back on it. With weight in the same change, an update that is interrupted after the weights could not be repeated.
 */
function isIdleNewer(situation: Situation, name: SlotName): boolean {
  const { previous, next } = situation;
  return previous?.newer === name && weightBefore(situation, name) === 0 && next.weights[name] === 0;
}

/** What a slot does that is not free to change, as a finding says it. */
function stateOf(situation: Situation, name: SlotName): string {
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
function newerThanWanted(situation: Situation, after: Slot): string | undefined {
  return servingVersions(situation).find((version) => compareVersions(after.version, version) < 0);
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
    // Going back to an older version has a rule, and a remedy, of its own.
    if (newerThanWanted(situation, after) !== undefined) return [];
    const changed = before.version === after.version ? "generation" : "version";
    return [
      refuse(
        "serving-slot-changed",
        `gateway:${name}.${changed}`,
        `${name} ${stateOf(situation, name)}, and this change gives it ${changed} ${after[changed]} in place of ${before[changed]}.`,
        wayToNewLife(situation, name, before, after),
      ),
    ];
  });
}

/** How a slot that is not free to change gets to another version or generation all the same. */
function wayToNewLife(situation: Situation, name: SlotName, before: Slot, after: Slot): string {
  const { previous } = situation;
  const other = otherSlot(name);
  const serves = weightBefore(situation, name) > 0;
  const [back, wanted] =
    before.version === after.version
      ? [`generation ${before.generation}`, `generation ${after.generation}`]
      : [`version ${before.version}`, `version ${after.version}`];

  const isAlone = !slotIn(previous, other);
  if (isAlone) {
    const source = before.version === after.version ? ` and gateway:source ${name}` : "";
    return `Put ${back} back, and add ${other} beside it at version ${after.version}${source}.`;
  }
  const isNewer = previous?.newer === name;
  if (isNewer && serves) {
    return `Put ${back} back and give ${other} all weight; change ${name} after that, in a change of its own.`;
  }
  if (isNewer) return `Give ${name} ${wanted} at weight 0, and its weight in a change of its own after that.`;
  if (serves) {
    return `Put ${back} back; ${other} is the newer slot: give it the version that you want while it has weight 0.`;
  }
  return `Put ${back} back; take ${name} out in a change of its own, then add it anew at version ${after.version}.`;
}

const lasting = [
  { field: "nodes", what: "fewer nodes" },
  { field: "settings", what: "other settings" },
  { field: "existing", what: "another existing gateway, or none" },
  { field: "place", what: "other addresses or another database" },
] as const;

/** A slot that serves, or stands ready to, loses no capacity, address, database or password, and keeps its settings. */
function reviewChangedSlot(situation: Situation): Finding[] {
  const { previous, next, changedPasswords, changedSecrets = [], passwordKeys, placeKey } = situation;
  return slotNames.flatMap((name) => {
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!before || !after || isNewLife(before, after, name)) return [];
    const idle = isIdleNewer(situation, name);
    const remedy = wayToChangedSlot(situation, name);
    // The database of an existing gateway is not ours: its password changes elsewhere, and the config follows.
    const passwordKey = passwordKeys?.[name] ?? "gateway:database.password";
    const passwordChanged = changedPasswords.includes(name) && !after.existing;
    const password = passwordChanged
      ? [
          idle
            ? refuse(
                "password-changed",
                passwordKey,
                `The password of ${name}'s database changes while the database stays.`,
                `Raise gateway:${name}.generation by one with it: the database is then made anew with the new password.`,
              )
            : refuse(
                "serving-slot-changed",
                passwordKey,
                `${name} ${stateOf(situation, name)}, and this change gives its database another password.`,
                remedy,
              ),
        ]
      : [];
    const secretsChanged = changedSecrets.includes(name);
    if (idle && secretsChanged) {
      const wrong = `Secret settings of ${name} change while its nodes stay, which have read the old ones.`;
      const raise = `Raise gateway:${name}.generation by one with it: the slot is then made anew with the new ones.`;
      return [...password, refuse("secrets-changed", `gateway:${name}.settings`, wrong, raise)];
    }
    if (idle) return password;
    const changes = lasting.filter(({ field }) => {
      if (field === "nodes") return capacityOf(after) < capacityOf(before);
      return !isDeepStrictEqual(before[field], after[field]) || (field === "settings" && secretsChanged);
    });
    // An existing gateway's addresses are both its capacity and what it is: one finding for one cause.
    const told =
      before.existing && after.existing ? changes.filter(({ field }) => field === "existing") : changes;
    return [
      ...password,
      ...told.map(({ field, what }) => {
        const wrong = `${name} ${stateOf(situation, name)}, and this change gives it ${what}.`;
        if (field !== "place")
          return refuse("serving-slot-changed", `gateway:${name}.${field}`, wrong, remedy);
        const move = "Put it back; to move, make a new stack with this gateway as the existing blue of it.";
        return refuse("serving-slot-changed", placeKey ?? `gateway:${name}`, wrong, move);
      }),
    ];
  });
}

/** How a slot that is not free to change gets other settings, machines or passwords all the same. */
function wayToChangedSlot(situation: Situation, name: SlotName): string {
  const { previous } = situation;
  const other = otherSlot(name);
  const serves = weightBefore(situation, name) > 0;
  const second = `Put it back; what ${name} should become is a second slot at the same version`;
  const isAlone = !slotIn(previous, other);
  if (isAlone) return `${second}: add gateway:${other} and set gateway:source to ${name}.`;
  if (previous?.newer === name) {
    return serves
      ? `${second}: retire ${other}, then add it anew as that, with gateway:source set to ${name}.`
      : `Change ${name} at weight 0, and give it weight in a change of its own after that.`;
  }
  return serves
    ? `${second}: make ${other} that while it has weight 0, with gateway:source set to ${name}.`
    : `Put it back: a rollback goes to ${name} as it is. Take ${name} out once you do not need it any more.`;
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
  return slotNames.flatMap((name) => {
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!after || !isNewLife(before, after, name)) return [];
    const newer = newerThanWanted(situation, after);
    if (newer === undefined) return [];
    const restore = lastSnapshot
      ? `the last snapshot of this stack is ${lastSnapshot.location} (version ${lastSnapshot.version}): make a new stack at ${lastSnapshot.version} with gateway:restoreFrom set to it`
      : "make a new stack with gateway:restoreFrom set to a snapshot of that version";
    return [
      refuse(
        "older-slot-added",
        `gateway:${name}.version`,
        `${name} would be ${before ? "made anew" : "added"} at ${after.version}, older than ${newer}, which serves: a database does not migrate backwards.`,
        `${before ? `Put version ${before.version} back` : `Take ${name} out, or choose a version from ${newer} on`}; to go back to ${after.version}, ${restore}.`,
      ),
    ];
  });
}

/** At equal versions `source` must name a slot that is there already: the other one's database is filled from it. */
function reviewSource({ previous, next }: Situation): Finding[] {
  const [older, newer] = [slotIn(next, next.older), next.newer && slotIn(next, next.newer)];
  if (!previous || !older || !newer || older.version !== newer.version) return [];
  if (!isNewLife(slotIn(previous, next.older), older, next.older) || !slotIn(previous, otherSlot(next.older)))
    return [];
  return [
    refuse(
      "source-is-new",
      "gateway:source",
      `gateway:source names ${next.older}, which this change makes anew: its database would be empty.`,
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
