import type { Rule } from "../../products/rule";

/** What reading a config demands, as docs/rules.md lists it beside the rules. */
type Demand = Pick<Rule, "id" | "severity" | "demands" | "source">;

const source = "README.md#configuration";

/** All of it can be read. */
export const invalidDemand: Demand = {
  id: "config/invalid",
  severity: "error",
  demands:
    "Every key and value of gateway: is one that there is, in its type and range; the refusal names a near key where one was meant.",
  source,
};

/** Nothing of it is asked for in vain. */
export const notBuiltDemand: Demand = {
  id: "config/not-built",
  severity: "error",
  demands:
    "Nothing is asked for that nothing acts on yet: it is refused by name, beside what the rules say of it.",
  source,
};

/** What can be read is also what AWS can make. */
export const awsDemand: Demand = {
  id: "config/aws",
  severity: "error",
  demands:
    "What gateway:aws asks for fits together and is what AWS makes: names, sizes, passwords and conditions within its limits, the world let in only where that is said, a newer slot no smaller than the older one.",
  source: "docs/aws.md#configuration",
};

/** In the order in which docs/rules.md lists them. */
export const configDemands: readonly Demand[] = [invalidDemand, notBuiltDemand, awsDemand];
