import { isDeepStrictEqual } from "node:util";
import type { Change, KnownSnapshot, Observed } from "../products/change";
import { slotNames } from "../products/release";
import type { ReleaseRecord } from "../products/record";
import type { Settings } from "./config/read";
import type { LastRelease } from "./last-release";

/** What a review knows beside the stack's config. */
export interface Known {
  last: LastRelease;
  live?: Change["live"];
  promoted?: ReleaseRecord;
  observed: Observed;
  lastSnapshot?: KnownSnapshot;
}

/** A change as the rules look at it: config, beside what was. */
export function changeOf(
  settings: Settings,
  { last, live, promoted, observed, lastSnapshot }: Known,
): Change {
  const { config, product, strategy, release, secrets, asked } = settings;
  const both = slotNames.filter((name) => last.record?.slots[name] && release.slots[name]);
  const withOwn = slotNames.filter((name) => config[name]?.database?.password !== undefined);
  return {
    product,
    platform: config.platform,
    strategy,
    previous: last.record,
    live,
    next: release,
    asked,
    now: new Date(),
    promoted,
    observed,
    changedPasswords: both.filter((name) => last.secrets[name]?.password !== secrets[name]?.password),
    changedSecrets: both.filter(
      (name) => !isDeepStrictEqual(last.secrets[name]?.environment ?? {}, secrets[name]?.environment ?? {}),
    ),
    passwordKeys: Object.fromEntries(withOwn.map((name) => [name, `gateway:${name}.database.password`])),
    placeKey: `gateway:${config.platform}`,
    lastSnapshot,
    restoredVersion: observed.restore?.version,
  };
}
