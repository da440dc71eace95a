import type { Group, Picked } from "./group";
import type { RuleState } from "./state";

/** The groups that there are, by ARN. */
export type Groups = ReadonlyMap<string, Group>;

/**
 * A target for one request: a group at random by the weights, then whose turn it is in there. Undefined when the group that was
 * drawn has nobody to give it to: the others are not asked in its place.
 */
export function chooseTarget({ forward = [] }: RuleState, groups: Groups): Picked | undefined {
  const total = forward.reduce((sum, { weight }) => sum + weight, 0);
  let draw = Math.random() * total;
  const drawn = forward.find(({ weight }) => (draw -= weight) < 0);
  return drawn && groups.get(drawn.arn)?.pick();
}
