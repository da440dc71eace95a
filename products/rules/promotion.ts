import type { Change } from "../change";
import { isForward, isNewLife, type Target, targets, weightNow } from "../steps";
import { type LiveVersion, type ReleaseRecord } from "../record";
import { lifeOf, slotNames } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

/** What became of a version: undefined when it passed, else what it lacks as the end of "3.10.0 ... on staging". */
function lacks(entry: LiveVersion | undefined): string | undefined {
  if (!entry) return "was never live";
  if (entry.rolledBack) return "was rolled back";
  return entry.smokeTested ? undefined : "went live without passing smoke tests";
}

/** A version that is to come must be live there now, and have passed. */
function lacksNow(promoted: ReleaseRecord, version: string): string | undefined {
  const name = slotNames.find(
    (each) => promoted.slots[each]?.version === version && promoted.weights[each] > 0,
  );
  const slot = name && promoted.slots[name];
  if (!slot) {
    const last = lacks(promoted.history.findLast((entry) => entry.version === version));
    return last ?? "is not live any more";
  }
  return lacks(
    promoted.history.findLast((entry) => entry.slot === name && lifeOf(name, entry) === lifeOf(name, slot)),
  );
}

/** For a version that stands here already it is enough that it passed there: the other stack may have moved on. */
function lacksSince(promoted: ReleaseRecord, version: string): string | undefined {
  return lacks(promoted.history.findLast((entry) => entry.version === version));
}

function stands(change: Change, { slot, version }: Target): boolean {
  const { previous, next } = change;
  if (!slot) return previous?.controlPlane?.version === version;
  return !isNewLife(previous?.slots[slot], next.slots[slot], slot) || weightNow(change, slot) > 0;
}

function lack(change: Change, promoted: ReleaseRecord, target: Target): string | undefined {
  if (!target.slot) return promoted.controlPlane?.version === target.version ? undefined : "is not live";
  return stands(change, target) ? lacksSince(promoted, target.version) : lacksNow(promoted, target.version);
}

function notRehearsed(change: Change): Problem[] {
  const { promoted, asked } = change;
  const { promotedFrom } = asked;
  if (promotedFrom === undefined) return [];
  return targets(change).flatMap((target) => {
    const { version, key } = target;
    const what = target.slot ? version : `The control plane's ${version}`;
    const why = promoted ? lack(change, promoted, target) : "was never live";
    if (why === undefined) return [];
    const problem = {
      key,
      remedy: `Bring ${version} to all traffic on ${promotedFrom} first and let its smoke tests pass; this change is accepted after that.`,
    };
    return promoted
      ? [{ ...problem, wrong: `${what} ${why} on ${promotedFrom}, which gateway:promotedFrom names.` }]
      : [{ ...problem, wrong: `${promotedFrom}, which gateway:promotedFrom names, has no release yet.` }];
  });
}

function noRehearsal(change: Change): Problem[] {
  const { production, promotedFrom } = change.asked;
  if (!production || promotedFrom !== undefined || !isForward(change)) return [];
  return [
    {
      key: "gateway:promotedFrom",
      wrong: "This stack is production, and nothing says that this change was rehearsed.",
      remedy:
        "Rehearse it on another stack, filled from a snapshot of this one, and name that stack in gateway:promotedFrom.",
    },
  ];
}

/** What reaches production was live in the environment before it. */
export const promotionRules: readonly Rule[] = [
  {
    id: "promotion/not-rehearsed",
    severity: "error",
    demands:
      "A version that is brought to users is live on the stack that gateway:promotedFrom names, passed its smoke tests there and was not rolled back; for one that stands here already it is enough that it was.",
    source: "docs/architecture.md#gates",
    needs: ["last release", "promoted release"],
    check: notRehearsed,
  },
  {
    id: "promotion/no-rehearsal",
    severity: "warning",
    demands: "A production stack names the stack on which its upgrades are rehearsed.",
    source: "docs/architecture.md#gates",
    needs: ["last release"],
    check: noRehearsal,
  },
];
