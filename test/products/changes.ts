import type { Change } from "../../products/change";
import type { Finding } from "../../products/finding";
import { kong } from "../../products/kong";
import type { ReleaseRecord } from "../../products/record";
import type { Release } from "../../products/release";
import { type Need, review } from "../../products/rule";
import { rulesOf } from "../../products/rules/catalogue";

/** A release as it was recorded, with every version that has weight in its history. */
export function recorded(release: Release, history?: ReleaseRecord["history"]): ReleaseRecord {
  const at = "2026-01-01T00:00:00Z";
  const live = Object.entries(release.slots)
    .filter(([name]) => release.weights[name as "blue"] > 0)
    .map(([name, { version, generation }]) => ({
      ...{ slot: name as "blue", version, generation, since: at },
      ...{ smokeTested: true, rolledBack: false },
    }));
  return { ...release, mark: "mark", at, history: history ?? live };
}

/** A change with what a test does not name: Kong's, on the embedded platform, with nothing asked of it. */
export function changeOf({
  previous,
  ...given
}: Partial<Omit<Change, "previous">> & { next: Release; previous?: Release }): Change {
  return {
    product: kong,
    platform: "local",
    strategy: (given.product ?? kong).strategies[0]?.name ?? "",
    now: new Date("2026-01-07T12:00:00Z"),
    observed: {},
    changedPasswords: [],
    ...given,
    ...(previous ? { previous: recorded(previous) } : {}),
    asked: { acknowledge: [], customPlugins: [], production: false, ...given.asked },
  };
}

/** What every rule says of a change; without `known`, everything is known. */
export function found(
  change: Change,
  known: Need[] = ["last release", "promoted release", "live gateway"],
): Finding[] {
  return review(rulesOf(change.product), change, known).findings;
}
