import { z } from "zod";
import type { Product } from "./product";
import { compareVersions } from "./version";

export const api7: Product = {
  name: "api7",
  title: "API7 Enterprise",
  strategies: [{ name: "control-plane-first", does: "" }],
  settings: z.strictObject({}),
  splitSecrets: (settings) => ({ settings, secrets: {} }),
  path: (from, to) =>
    compareVersions(from, to) <= 0
      ? { guaranteed: true }
      : { guaranteed: false, why: `${to} is older than ${from}`, via: [], instead: [] },
  pathSource: "https://docs.api7.ai/enterprise/upgrade-guides/upgrade",
  breakingChanges: [],
  interruptions: () => [],
  rules: [],
};
