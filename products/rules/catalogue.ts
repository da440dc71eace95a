import type { Product } from "../product";
import type { Rule } from "../rule";
import { configRules } from "./config";
import { liveRules } from "./live";
import { pathRules } from "./path";
import { transitionRules } from "./transition";

/** The rules that hold for every product, in the order in which a review gives them. */
export const commonRules: readonly Rule[] = [...transitionRules, ...pathRules, ...liveRules, ...configRules];

/** Every rule that a change of this product is held to. */
export function rulesOf(product: Product): Rule[] {
  return [...commonRules, ...product.rules];
}
