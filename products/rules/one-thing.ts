import { isDeepStrictEqual } from "node:util";
import type { Change } from "../change";
import { isNewLife, versionSteps } from "../steps";
import { type Slot, slotNames } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

const guide = "https://developer.konghq.com/gateway/upgrade/";

/** The config keys below `gateway:` in which two slots run on different things. The platform has a rule of its own. */
function sitesDiffer(a: Slot | undefined, b: Slot | undefined): string[] {
  // A record of before sites were recorded says nothing.
  if (!a?.site || !b?.site) return [];
  const keys = [...new Set([...Object.keys(a.site), ...Object.keys(b.site)])].sort();
  return keys.filter((key) => key !== "platform" && !isDeepStrictEqual(a.site?.[key], b.site?.[key]));
}

/** Where an existing gateway runs is not ours: an upgrade from it may run on anything. */
function moved(change: Change): Problem[] {
  const { previous, next } = change;
  const [step] = versionSteps(change);
  const older = next.slots[next.older];
  if (!step || !older || older.existing) return [];
  const { from, to } = step;
  const ofOlder = sitesDiffer(previous?.slots[next.older], older);
  const ofNewer = next.newer ? sitesDiffer(older, next.slots[next.newer]) : [];
  return [...new Set([...ofOlder, ...ofNewer])].map((key) => ({
    key: `gateway:${key}`,
    wrong: `gateway:${key} changes together with the version (${from} → ${to}): when something breaks, nobody knows which of the two it was.`,
    remedy:
      `Put it back, and move first: ${next.older}'s version in a second slot with the new ${key}, as a blue/green of its own, ` +
      `or a new stack with this gateway as the existing ${next.older} of it. Upgrade after that.`,
  }));
}

function platform({ previous, platform: wanted }: Change): Problem[] {
  const platforms = slotNames.map((name) => previous?.slots[name]?.site?.platform);
  const recorded = platforms.find((each) => typeof each === "string" && each !== wanted) as
    string | undefined;
  if (recorded === undefined) return [];
  return [
    {
      key: "gateway:platform",
      wrong: `This stack stands on the platform ${recorded}, and this change puts it on ${wanted}.`,
      remedy: `Put ${recorded} back; to move, make a new stack on ${wanted} with this gateway as the existing blue of it, at the same version.`,
    },
  ];
}

function isGiven(settings: Record<string, unknown>, key: string): boolean {
  const value = key
    .split(".")
    .reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], settings);
  return value !== undefined;
}

/** What worked though it was left out on the old machines may have to be said on the new ones. */
function defaults({ previous, next, product }: Change): Problem[] {
  const { older, newer, slots } = next;
  const [from, to] = [slots[older], newer && slots[newer]];
  if (!newer || !from || !to || from.version !== to.version) return [];
  if (!isNewLife(previous?.slots[newer], to, newer)) return [];
  const moves = from.existing !== undefined || sitesDiffer(from, to).length > 0;
  const left = (product.tunables ?? []).filter((key) => !isGiven(to.settings, key));
  if (!moves || left.length === 0) return [];
  return [
    {
      key: `gateway:${newer}.settings`,
      wrong: `${newer} runs on something else than ${older}, and leaves at their default: ${left.join(", ")}.`,
      remedy: `Compare each with what ${older} has, where a default may follow from the machine, and give those that matter.`,
    },
  ];
}

function strategy({ previous, strategy: wanted }: Change): Problem[] {
  if (!previous?.newer || previous.strategy === undefined || previous.strategy === wanted) return [];
  return [
    {
      key: "gateway:strategy",
      wrong: `blue and green stand by the strategy ${previous.strategy}, and this change carries on by ${wanted}.`,
      remedy: `Put ${previous.strategy} back, and change it once one slot is left, with the next upgrade.`,
    },
  ];
}

/** One thing at a time: what a gateway runs on is not changed together with its version. */
export const oneThingRules: readonly Rule[] = [
  {
    id: "one-thing/moved",
    severity: "error",
    demands:
      "Hosts, database server, balancer and other things that a gateway runs on do not change together with its version; the move comes first.",
    source: guide,
    check: moved,
  },
  {
    id: "one-thing/platform",
    severity: "error",
    demands: "A stack stays on its platform; a move is a new stack with the old gateway as existing.",
    source: guide,
    needs: ["last release"],
    check: platform,
  },
  {
    id: "one-thing/strategy",
    severity: "error",
    demands: "The strategy changes only while one slot stands.",
    source: "docs/architecture.md#transitions",
    needs: ["last release"],
    check: strategy,
  },
  {
    id: "one-thing/defaults",
    severity: "warning",
    demands: "A move to other machines looks at the settings that are left at their default.",
    source: guide,
    check: defaults,
  },
];
