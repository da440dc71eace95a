import type { SlotName } from "../../products/release";
import type { GroupWeights } from "./live/weights";

/** Share of each target group that has any, in percent of all. */
export function groupShares(weights: GroupWeights): Record<string, number> {
  const given = Object.entries(weights).filter(([, weight]) => weight > 0);
  const sum = given.reduce((total, [, weight]) => total + weight, 0);
  return Object.fromEntries(given.map(([arn, weight]) => [arn, (100 * weight) / sum]));
}

/** Whether two splits give each target group the same share, whatever their weights sum to. */
export function haveSameShares(live: GroupWeights, wanted: GroupWeights): boolean {
  const [is, should] = [groupShares(live), groupShares(wanted)];
  const arns = [...new Set([...Object.keys(is), ...Object.keys(should)])];
  return arns.every((arn) => is[arn] === should[arn]);
}

/** Percent of the traffic by slot. What goes to groups of nobody's is in no slot's share. */
export function slotShares(
  weights: GroupWeights,
  slotOf: (arn: string) => SlotName | undefined,
): Record<SlotName, number> {
  const shares: Record<SlotName, number> = { blue: 0, green: 0 };
  for (const [arn, share] of Object.entries(groupShares(weights))) {
    const slot = slotOf(arn);
    if (slot) shares[slot] += Math.round(share);
  }
  return shares;
}
