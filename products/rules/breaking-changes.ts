import type { Change } from "../change";
import { coveredSteps } from "../steps";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { compareVersions } from "../version";

/** Each known breaking change on the way, once, at the first step that crosses it. */
function notAcknowledged(change: Change): Problem[] {
  const steps = coveredSteps(change);
  return change.product.breakingChanges.flatMap(({ id, since, wrong, remedy, source, concerns }) => {
    const step = steps.find(
      ({ from, to }) => compareVersions(from, since) < 0 && compareVersions(since, to) <= 0,
    );
    if (!step || concerns?.(change) === false) return [];
    return [{ key: step.key, wrong, remedy, source, acknowledge: id }];
  });
}

/** What breaks from one version to another is read and accepted before anything is touched. */
export const breakingChangeRules: readonly Rule[] = [
  {
    id: "breaking-change/not-acknowledged",
    severity: "error",
    demands: "Each known breaking change between the two versions is acknowledged by its id.",
    source: "docs/architecture.md#gates",
    check: notAcknowledged,
  },
];
