import type { Change } from "../change";
import { isRollback } from "../steps";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

/** An accepted interruption is told all the same, and so is one of a rollback, which is never refused for it. */
function notAccepted(change: Change): Problem[] {
  const { acceptDowntime } = change.asked;
  return change.product.interruptions(change).map(({ what, howLong, source }): Problem => {
    const problem = {
      key: "gateway:acceptDowntime",
      wrong: `The vendor's procedure stops ${what}, ${howLong}.`,
      source,
    };
    if (acceptDowntime !== undefined) {
      const remedy = `Accepted by gateway:acceptDowntime: ${acceptDowntime}`;
      return { ...problem, severity: "warning", remedy };
    }
    if (isRollback(change)) {
      return { ...problem, severity: "warning", remedy: "Tell those who depend on it before the rollback." };
    }
    return { ...problem, remedy: "Say in gateway:acceptDowntime why that is fine, once it is." };
  });
}

/** What the vendor's procedure stops is known, and fine, before it stops. */
export const downtimeRules: readonly Rule[] = [
  {
    id: "downtime/not-accepted",
    severity: "error",
    demands:
      "Where the vendor's procedure stops traffic or writes, gateway:acceptDowntime says why that is fine; the review says what stops and for how long.",
    source: "README.md#configuration",
    check: notAccepted,
  },
];
