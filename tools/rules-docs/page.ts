import path from "node:path";
import { products } from "../../products/catalogue";
import { commonRules } from "../../products/rules/catalogue";
import { configDemands } from "../../stacks/config/demands";
import { renderRules } from "./render";

/** The page that lists the rules. */
export const rulesPage = path.resolve(__dirname, "../../docs/rules.md");

/** What it holds when it is up to date. */
export function currentRules(): string {
  return renderRules({ config: configDemands, common: commonRules, products: Object.values(products) });
}
