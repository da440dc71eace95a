// Writes docs/rules.md from the rules, the breaking changes and the procedures as they are.
import { writeFileSync } from "node:fs";
import { currentRules, rulesPage } from "./rules-docs/page";

writeFileSync(rulesPage, currentRules());
console.log(`written: ${rulesPage}`);
