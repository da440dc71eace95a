import { z } from "zod";
import type { Product } from "./product";
import { compareVersions } from "./version";

export const jahia: Product = {
  name: "jahia",
  title: "Jahia",
  strategies: [{ name: "read-only-rolling", does: "" }],
  settings: z.strictObject({}),
  splitSecrets: (settings) => ({ settings, secrets: {} }),
  path: (from, to) =>
    compareVersions(from, to) <= 0
      ? { guaranteed: true }
      : { guaranteed: false, why: `${to} is older than ${from}`, via: [], instead: [] },
  pathSource: "https://academy.jahia.com/",
  breakingChanges: [],
  interruptions: () => [],
  rules: [],
};
