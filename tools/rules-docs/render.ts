import type { Product } from "../../products/product";
import type { Rule } from "../../products/rule";
import { productSection, rulesTable } from "./product";

/** All that docs/rules.md is made from. */
export interface Ruled {
  config: readonly Pick<Rule, "id" | "severity" | "demands" | "source">[];
  common: readonly Rule[];
  products: readonly Product[];
}

const introduction = `# Rules

What a change is held to, before anything is touched. Made from the rules themselves by \`npm run docs\`; a test fails when it is not up to date.

- An **error** refuses the change; a **warning** goes with it into the review. A finding that names an id is accepted by that id in \`gateway:acknowledge\`, and
  is a warning then.
- **Needs** says what a rule looks at beside the config. \`npm run check\` asks what can be asked without an engine, and lists the rest; a rule that needs the live
  gateway is asked at preview only.
- A rollback, which gives weight back to the older slot, is refused for nothing but the health of the slot that it goes to.
`;

/** docs/rules.md: every rule, breaking change and step, from the data that a review is made of. */
export function renderRules({ config, common, products }: Ruled): string {
  const lines = [
    introduction,
    "## Config",
    "",
    ...rulesTable(config),
    "## Every product",
    "",
    ...rulesTable(common),
    ...products.flatMap(productSection),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
