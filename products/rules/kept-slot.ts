import { isDeepStrictEqual } from "node:util";
import { isNewLife, keptSlots, weightBefore } from "../steps";
import { capacityOf, otherSlot, type SlotName } from "../release";
import type { Problem } from "../problem";
import { isIdleNewer, type Situation, slotIn, stateOf } from "./situation";

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
export function changedSlot(situation: Situation): Problem[] {
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
      before.existing && after.existing && changes.some(({ field }) => field === "existing")
        ? changes.filter(({ field }) => field === "existing")
        : changes;
    return [
      ...password,
      ...told.map(({ field, what }) => {
        const wrong = gives(`it ${what}`);
        if (field !== "place") return { key: `gateway:${name}.${field}`, wrong, remedy };
        const move = "Put it back; to move, make a new stack with this gateway as the existing blue of it.";
        // What differs in the database alone is told by its own key.
        const elsewhere = !isDeepStrictEqual(
          { ...before.place, database: 0 },
          { ...after.place, database: 0 },
        );
        const key = elsewhere ? (placeKey ?? `gateway:${name}`) : "gateway:database";
        return { key, wrong, remedy: move };
      }),
    ];
  });
}

const everyPassword = "gateway:database.password";

/** The idle newer slot's database keeps the password that it was made with. */
export function idlePassword(situation: Situation): Problem[] {
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
export function idleSecrets(situation: Situation): Problem[] {
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
