import { isNewLife, keptSlots, weightBefore } from "../steps";
import { capacityOf, lifeOf, otherSlot, type Slot, type SlotName, slotNames } from "../release";
import type { Problem } from "../problem";
import type { Need, Rule } from "../rule";
import { compareVersions } from "../version";
import { changedSlot, idlePassword, idleSecrets } from "./kept-slot";
import { isIdleNewer, newerThanWanted, type Situation, slotIn, stateOf } from "./situation";

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

/** Two slots of one version that stand beside each other keep their roles: the newer one is a copy of the older one. */
function flippedSource(situation: Situation): Problem[] {
  const { previous, next } = situation;
  const kept = keptSlots(situation);
  if (!previous?.newer || kept.length < 2 || previous.older === next.older) return [];
  if (kept.some(({ name, before, after }) => isNewLife(before, after, name))) return [];
  return [
    {
      key: "gateway:source",
      wrong: `gateway:source names ${next.older} in place of ${previous.older}: ${previous.newer} is the copy of ${previous.older}, and what is older and newer would change places.`,
      remedy: `Put ${previous.older} back.`,
    },
  ];
}

/** An interrupted update may have left a slot that serves and is in no record: its nodes say what it is. */
function unrecordedSlot({ previous, next, live, observed }: Situation): Problem[] {
  return slotNames.flatMap((name) => {
    const runs = observed?.lives?.[name];
    const [before, after] = [slotIn(previous, name), slotIn(next, name)];
    if (!runs || !after || (live?.[name] ?? 0) === 0 || lifeOf(name, after) === runs) return [];
    if (before && lifeOf(name, before) === runs) return [];
    return [
      {
        key: `gateway:${name}`,
        wrong: `${name} has ${live?.[name]} % of the traffic as ${runs}, which an interrupted update left, and this change makes it ${lifeOf(name, after)}.`,
        remedy: `Repeat that update, or take ${name} out; change it after that.`,
      },
    ];
  });
}

const rule = (
  id: string,
  demands: string,
  check: (situation: Situation) => Problem[],
  needs: Need[] = ["last release"],
): Rule => ({
  id: `transition/${id}`,
  severity: "error",
  demands,
  source: "docs/architecture.md#transitions",
  needs,
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
    "unrecorded-slot",
    "A slot that an interrupted update left serving is taken up as it is, or taken out.",
    unrecordedSlot,
    ["last release", "live gateway"],
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
  rule("source-flipped", "gateway:source stays as it is while both slots stand.", flippedSource),
];
