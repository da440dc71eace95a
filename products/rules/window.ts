import type { Change } from "../change";
import { finalizes, isRollback, raisesNewer, versionSteps } from "../steps";
import { formatMoment, openingOf } from "../opening";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

/** What of a change is not to be done at any hour: what moves traffic forward, and what there is no way back from. */
function held(change: Change): string | undefined {
  const { next } = change;
  if (raisesNewer(change)) return `moves traffic to ${next.newer}`;
  if (isRollback(change)) return undefined;
  const leaving = finalizes(change);
  if (leaving) return `retires ${leaving} for good`;
  // Beside two slots, a version step is that of an idle one; the control plane, and the only slot, are upgraded in place.
  const inPlace = versionSteps(change).find(
    ({ key }) => change.previous && (key === "gateway:controlPlane.version" || !next.newer),
  );
  return inPlace ? `upgrades in place from ${inPlace.from} to ${inPlace.to}` : undefined;
}

/** What a closed window holds up, and the next opening. */
function closed(change: Change): { wrong: string; wait: string } | undefined {
  const { window } = change.asked;
  const what = window && held(change);
  if (!window || !what) return undefined;
  const opening = openingOf(window, change.now);
  if (opening.isOpen) return undefined;
  const { days, from, to, timeZone } = window;
  const now = formatMoment(change.now, timeZone);
  return {
    wrong: `This change ${what}, and it is ${now}: the window is ${days.join(", ")} from ${from} to ${to}.`,
    wait: opening.next
      ? `Wait for its next opening, ${formatMoment(opening.next.from.toJSDate(), timeZone)}`
      : "Wait for its next opening",
  };
}

/** Why the window is set aside for this change, where it is closed to it: this belongs into the record. */
export function usedOverride(change: Change): string | undefined {
  const reason = change.asked.windowOverride;
  return reason !== undefined && closed(change) ? reason : undefined;
}

function windowClosed(change: Change): Problem[] {
  const problem = closed(change);
  if (!problem) return [];
  const { wrong, wait } = problem;
  const key = "gateway:window";
  const reason = change.asked.windowOverride;
  if (reason === undefined) {
    return [{ key, wrong, remedy: `${wait}, or say in gateway:windowOverride why it cannot wait.` }];
  }
  const remedy = `Set aside by gateway:windowOverride: ${reason}`;
  return [{ key, wrong, remedy, severity: "warning" }];
}

/** When traffic may move. */
export const windowRules: readonly Rule[] = [
  {
    id: "window/closed",
    severity: "error",
    demands:
      "What moves traffic forward or cannot be undone happens within gateway:window, or with the reason in gateway:windowOverride; a rollback at any hour.",
    source: "docs/architecture.md#gates",
    needs: ["last release"],
    check: windowClosed,
  },
];
