import { isDeepStrictEqual } from "node:util";
import { type Change, isNewLife, keptSlots, weightBefore } from "../change";
import { capacityOf, otherSlot, type Release, type Slot, type SlotName, slotNames } from "../release";
import type { Problem, Rule } from "../rule";
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
> & { strategy?: string };

function slotIn(release: Release | undefined, name: SlotName): Slot | undefined {
  return release?.slots[name];
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
function leaving(situation: Situation): Problem[] {
  const { previous, next } = situation;
  return slotNames
    .filter((name) => slotIn(previous, name) && !slotIn(next, name) && previous?.newer !== name)
    .filter((name) => weightBefore(situation, name) > 0)
    .map((name) => ({
      key: `gateway:${name}`,
      wrong: `${name} has ${weightBefore(situation, name)} % of the traffic, and this change removes it.`,
      remedy: slotIn(previous, otherSlot(name))
        ? `Keep ${name}, give ${otherSlot(name)} all weight in a change of its own, and remove ${name} after it.`
        : `Keep ${name} and add ${otherSlot(name)} beside it at the version that you want.`,
    }));
}

/** A slot that serves, or stands ready to, keeps its version and generation. */
function changedLife(situation: Situation): Problem[] {
  const { previous, next } = situation;
  return slotNames.flatMap((name) => {
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!before || !after || !isNewLife(before, after, name) || isIdleNewer(situation, name)) return [];
    // Going back to an older version has a rule, and a remedy, of its own.
    if (newerThanWanted(situation, after) !== undefined) return [];
    if (risesInPlace(situation, before, after)) return [];
    const changed = before.version === after.version ? "generation" : "version";
    return [
      {
        key: `gateway:${name}.${changed}`,
        wrong: `${name} ${stateOf(situation, name)}, and this change gives it ${changed} ${after[changed]} in place of ${before[changed]}.`,
        remedy: wayToNewLife(situation, name, before, after),
      },
    ];
  });
}

/** The one exemption: under `in-place` the only slot's version rises. */
function risesInPlace({ strategy, previous, next }: Situation, before: Slot, after: Slot): boolean {
  return (
    strategy === "in-place" &&
    !previous?.newer &&
    !next.newer &&
    before.generation === after.generation &&
    compareVersions(after.version, before.version) > 0
  );
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

/** Slots that keep their life: what changes of them changes under their data and their nodes. */
function changedSlots(situation: Situation) {
  return keptSlots(situation).filter(({ name, before, after }) => !isNewLife(before, after, name));
}

/** A slot that serves, or stands ready to, loses no capacity or address, and keeps its settings and its password. */
function changedSlot(situation: Situation): Problem[] {
  const { changedPasswords, changedSecrets = [], passwordKeys, placeKey } = situation;
  return changedSlots(situation).flatMap(({ name, before, after }) => {
    if (isIdleNewer(situation, name)) return [];
    const remedy = wayToChangedSlot(situation, name);
    const gives = (what: string) => `${name} ${stateOf(situation, name)}, and this change gives ${what}.`;
    // The database of an existing gateway is not ours: its password changes elsewhere, and the config follows.
    const password =
      changedPasswords.includes(name) && !after.existing
        ? [
            {
              key: passwordKeys?.[name] ?? everyPassword,
              wrong: gives("its database another password"),
              remedy,
            },
          ]
        : [];
    const changes = lasting.filter(({ field }) => {
      if (field === "nodes") return capacityOf(after) < capacityOf(before);
      const secret = field === "settings" && changedSecrets.includes(name);
      return !isDeepStrictEqual(before[field], after[field]) || secret;
    });
    // An existing gateway's addresses are both its capacity and what it is: one finding for one cause.
    const told =
      before.existing && after.existing ? changes.filter(({ field }) => field === "existing") : changes;
    return [
      ...password,
      ...told.map(({ field, what }) => {
        const wrong = gives(`it ${what}`);
        if (field !== "place") return { key: `gateway:${name}.${field}`, wrong, remedy };
        const move = "Put it back; to move, make a new stack with this gateway as the existing blue of it.";
        return { key: placeKey ?? `gateway:${name}`, wrong, remedy: move };
      }),
    ];
  });
}

const everyPassword = "gateway:database.password";

/** The idle newer slot's database keeps the password that it was made with. */
function idlePassword(situation: Situation): Problem[] {
  return changedSlots(situation)
    .filter(({ name, after }) => isIdleNewer(situation, name) && !after.existing)
    .filter(({ name }) => situation.changedPasswords.includes(name))
    .map(({ name }) => ({
      key: situation.passwordKeys?.[name] ?? everyPassword,
      wrong: `The password of ${name}'s database changes while the database stays.`,
      remedy: `Raise gateway:${name}.generation by one with it: the database is then made anew with the new password.`,
    }));
}

/** The idle newer slot's nodes have read the secrets that they were started with. */
function idleSecrets(situation: Situation): Problem[] {
  return changedSlots(situation)
    .filter(({ name }) => isIdleNewer(situation, name) && (situation.changedSecrets ?? []).includes(name))
    .map(({ name }) => ({
      key: `gateway:${name}.settings`,
      wrong: `Secret settings of ${name} change while its nodes stay, which have read the old ones.`,
      remedy: `Raise gateway:${name}.generation by one with it: the slot is then made anew with the new ones.`,
    }));
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
function capacity(situation: Situation): Problem[] {
  const { next } = situation;
  const newer = next.newer && slotIn(next, next.newer);
  const older = slotIn(next, next.older);
  if (!next.newer || !newer || !older || next.weights[next.newer] < 100) return [];
  if (situation.previous?.weights[next.newer] === 100 || capacityOf(newer) >= capacityOf(older)) return [];
  return [
    {
      key: `gateway:${next.newer}.nodes`,
      wrong: `${next.newer} gets all the traffic with ${capacityOf(newer)} node(s), where ${next.older} has ${capacityOf(older)}.`,
      remedy: `Set gateway:${next.newer}.nodes to ${capacityOf(older)} or more before it gets all weight.`,
    },
  ];
}

/** What is added is never older than what serves: its database would have to be migrated backwards. */
function olderAdded(situation: Situation): Problem[] {
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
      {
        key: `gateway:${name}.version`,
        wrong: `${name} would be ${before ? "made anew" : "added"} at ${after.version}, older than ${newer}, which serves: a database does not migrate backwards.`,
        remedy: `${before ? `Put version ${before.version} back` : `Take ${name} out, or choose a version from ${newer} on`}; to go back to ${after.version}, ${restore}.`,
      },
    ];
  });
}

/** At equal versions `source` must name a slot that is there already: the other one's database is filled from it. */
function unknownSource({ previous, next }: Situation): Problem[] {
  const [older, newer] = [slotIn(next, next.older), next.newer && slotIn(next, next.newer)];
  if (!previous || !older || !newer || older.version !== newer.version) return [];
  if (!isNewLife(slotIn(previous, next.older), older, next.older) || !slotIn(previous, otherSlot(next.older)))
    return [];
  return [
    {
      key: "gateway:source",
      wrong: `gateway:source names ${next.older}, which this change makes anew: its database would be empty.`,
      remedy: `Set gateway:source to ${next.newer}.`,
    },
  ];
}

const rule = (id: string, demands: string, check: (situation: Situation) => Problem[]): Rule => ({
  id: `transition/${id}`,
  severity: "error",
  demands,
  source: "docs/architecture.md#transitions",
  needs: ["last release"],
  check,
});

/** The rules of transition: what may follow the last release, whatever the product and the strategy. */
export const transitionRules: readonly Rule[] = [
  rule("serving-slot-leaves", "The older slot leaves only when it had no weight before the change.", leaving),
  rule(
    "serving-slot-version",
    "Only the newer slot, at weight 0 before and after, changes its version or generation; under in-place the only slot's version rises.",
    changedLife,
  ),
  rule(
    "serving-slot-changed",
    "A slot that serves, or the older one while it stands ready, loses no nodes, addresses, database or password, and keeps its settings.",
    changedSlot,
  ),
  rule(
    "password-changed",
    "Another password of the newer slot's database comes with a higher generation.",
    idlePassword,
  ),
  rule(
    "secrets-changed",
    "Other secret settings of the newer slot come with a higher generation.",
    idleSecrets,
  ),
  rule(
    "too-few-nodes",
    "A slot gets all weight only with at least the nodes of the one that it relieves.",
    capacity,
  ),
  rule(
    "older-slot-added",
    "No slot is added, or changed, to a version older than the one that serves.",
    olderAdded,
  ),
  rule(
    "source-is-new",
    "At equal versions gateway:source names a slot that is there already.",
    unknownSource,
  ),
];
