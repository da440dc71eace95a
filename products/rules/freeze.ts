import type { Change } from "../change";
import { finalizes, isForward, isNewLife, isRollback, raisesNewer, weightBefore } from "../steps";
import { type Difference, formatDifferences } from "../fingerprint";
import type { SlotName } from "../release";
import type { Problem } from "../problem";
import type { Need, Rule } from "../rule";

const source = "docs/architecture.md#change-freeze";
const needs: Need[] = ["last release", "live gateway"];

/** The newer slot that is to get more traffic with the database that it has. */
function risingNewer(change: Change): SlotName | undefined {
  const { previous, next } = change;
  const { newer } = next;
  if (!newer || !raisesNewer(change)) return undefined;
  return isNewLife(previous?.slots[newer], next.slots[newer], newer) ? undefined : newer;
}

/** A fresh copy is only made for a slot that serves nobody, and gets no traffic in the same change. */
function wayToFreshCopy(change: Change, newer: SlotName): string {
  const generation = (change.next.slots[newer]?.generation ?? 1) + 1;
  const fresh = `raise gateway:${newer}.generation to ${generation}, in a change of its own`;
  const why = `a fresh snapshot and database; give ${newer} its traffic after that`;
  return weightBefore(change, newer) === 0
    ? `Leave ${newer} at weight 0 and ${fresh}: that makes ${why}.`
    : `Give ${change.next.older} all weight first; then ${fresh}: that makes ${why}.`;
}

function different(
  found: (change: Change) => Difference[] | undefined,
  wrong: (newer: SlotName, older: SlotName, differences: string) => string,
) {
  return (change: Change): Problem[] => {
    const newer = risingNewer(change);
    const differences = found(change) ?? [];
    if (!newer || differences.length === 0) return [];
    return [
      {
        key: `gateway:traffic.${newer}`,
        wrong: wrong(newer, change.next.older, formatDifferences(differences)),
        remedy: wayToFreshCopy(change, newer),
      },
    ];
  };
}

const drift = different(
  ({ observed }) => observed.sinceSnapshot,
  (newer, older, differences) =>
    `${older}'s configuration was changed after it was copied for ${newer}, which has none of it: ${differences}.`,
);

const unequal = different(
  ({ observed }) => observed.unequal,
  (newer, older, differences) => `${newer}'s configuration is not ${older}'s: ${differences}.`,
);

function lateChanges(change: Change): Problem[] {
  const leaving = finalizes(change);
  const late = change.observed.duringCutover ?? [];
  if (!leaving || late.length === 0) return [];
  const newer = change.previous?.newer;
  const written = typeof late === "string" ? `which is not known (${late})` : formatDifferences(late);
  return [
    {
      key: `gateway:${leaving}`,
      wrong: `${leaving}'s database goes with what was written to it while ${newer} took over, and ${newer} has none of it: ${written}.`,
      remedy: `Write to ${newer} what of it is wanted, and accept the rest.`,
      acknowledge: "freeze/late-changes",
    },
  ];
}

/** What reverting loses: for the reviewer to know, never a wall. */
function loses(change: Change): Problem[] {
  const { previous, next, observed } = change;
  const { sinceCutover } = observed;
  if (!previous?.newer || !isRollback(change) || !sinceCutover || sinceCutover.length === 0) return [];
  const { older, newer } = previous;
  const written =
    typeof sinceCutover === "string"
      ? `what was written to ${newer} since it took over, which is not known (${sinceCutover})`
      : `what was written to ${newer} since it took over: ${formatDifferences(sinceCutover)}`;
  return [
    {
      key: next.slots[newer] ? `gateway:traffic.${newer}` : `gateway:${newer}`,
      wrong: `${older}'s database does not have ${written}; counters and metrics go on from where ${older} left them.`,
      remedy: `Write to ${older} what of it is wanted, once the rollback is done: it is not held up for that.`,
    },
  ];
}

function holdExisting(change: Change): Problem[] {
  const { asked, next } = change;
  if (asked.freeze !== "hold" || !next.slots[next.older]?.existing || !isForward(change)) return [];
  return [
    {
      key: "gateway:freeze",
      wrong: `${next.older} is an existing gateway, whose Admin API can be reached beside the balancer: writes to it are not held.`,
      remedy: `Stop them where they are made, or set gateway:freeze to detect; what is written is found before traffic moves either way.`,
    },
  ];
}

/** What is written to the configuration while two databases hold it. */
export const freezeRules: readonly Rule[] = [
  {
    id: "freeze/drift",
    severity: "error",
    demands:
      "The newer slot gets traffic only while the older one's configuration is as it was copied for it.",
    source,
    needs,
    check: drift,
  },
  {
    id: "equality/different",
    severity: "error",
    demands:
      "The newer slot gets traffic only when its configuration is the older one's, but for what migrations change.",
    source,
    needs,
    check: unequal,
  },
  {
    id: "freeze/late-changes",
    severity: "error",
    demands:
      "What was written to the older slot while the newer one took over is accepted before the older one is retired.",
    source,
    needs,
    acknowledges: "freeze/late-changes",
    check: lateChanges,
  },
  {
    id: "rollback/loses",
    severity: "warning",
    demands:
      "A rollback tells what was written since the newer slot took over, by id; it is never refused for it.",
    source,
    needs,
    check: loses,
  },
  {
    id: "freeze/hold-existing",
    severity: "warning",
    demands: "gateway:freeze is hold only where the Admin API is reached through the balancer.",
    source,
    check: holdExisting,
  },
];
