/** What the commands of this platform are, by piece: `require`, since an import would load them all. */
/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */
export const pieces: Record<string, () => unknown> = {
  "admin-way": () => require("./admin-way"),
  apply: () => require("./apply"),
  balancer: () => require("./balancer"),
  credentials: () => require("./credentials"),
  database: () => require("./database"),
  drain: () => require("./drain"),
  node: () => require("./node"),
  postgres: () => require("./postgres"),
  "smoke-test": () => require("./smoke-test"),
  snapshot: () => require("./snapshot"),
  sweep: () => require("./sweep"),
  task: () => require("./task"),
  weights: () => require("./weights"),
};
/* eslint-enable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */
