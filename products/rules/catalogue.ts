import type { Product } from "../product";
import type { Rule } from "../rule";
import { acknowledgementRules } from "./acknowledgements";
import { breakingChangeRules } from "./breaking-changes";
import { configRules } from "./config";
import { controlPlaneRules } from "./control-plane";
import { customPluginRules } from "./custom-plugins";
import { databaseCopyRules } from "./database-copy";
import { databaseVersionRules } from "./database-version";
import { downtimeRules } from "./downtime";
import { freezeRules } from "./freeze";
import { liveRules } from "./live";
import { oneThingRules } from "./one-thing";
import { pathRules } from "./path";
import { promotionRules } from "./promotion";
import { transitionRules } from "./transition";
import { windowRules } from "./window";

const withoutAcknowledgements: readonly Rule[] = [
  ...transitionRules,
  ...pathRules,
  ...controlPlaneRules,
  ...breakingChangeRules,
  ...customPluginRules,
  ...databaseVersionRules,
  ...databaseCopyRules,
  ...oneThingRules,
  ...promotionRules,
  ...windowRules,
  ...downtimeRules,
  ...freezeRules,
  ...liveRules,
  ...configRules,
];

/** The rules that hold for every product, in the order in which a review gives them. */
export const commonRules: readonly Rule[] = [
  ...withoutAcknowledgements,
  ...acknowledgementRules(withoutAcknowledgements),
];

/** Every rule that a change of this product is held to. */
export function rulesOf(product: Product): Rule[] {
  return [...commonRules, ...product.rules];
}
