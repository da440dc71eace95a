/** What the commands of this platform are, by piece: `require`, since an import would load them all. */
/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */
export const pieces: Record<string, () => unknown> = {
  "admin-way": () => require("./admin-way"),
  apply: () => require("./apply"),
  cutover: () => require("./cutover"),
  database: () => require("./database"),
  drain: () => require("./drain"),
  refresh: () => require("./refresh"),
  "smoke-test": () => require("./smoke-test"),
  snapshot: () => require("./snapshot"),
  sweep: () => require("./sweep"),
  task: () => require("./task"),
  "test-way": () => require("./test-way"),
  weights: () => require("./weights"),
};
/* eslint-enable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */
