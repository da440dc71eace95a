import { z } from "zod";
import type { Product } from "./product";
import { compareVersions } from "./version";

export const axway: Product = {
  name: "axway",
  title: "Axway API Gateway",
  strategies: [{ name: "export-upgrade-apply", does: "" }],
  settings: z.strictObject({}),
  splitSecrets: (settings) => ({ settings, secrets: {} }),
  path: (from, to) =>
    compareVersions(from, to) <= 0
      ? { guaranteed: true }
      : { guaranteed: false, why: `${to} is older than ${from}`, via: [], instead: [] },
  pathSource:
    "https://docs.axway.com/bundle/axway-open-docs/page/docs/apim_installation/apigw_upgrade/index.html",
  breakingChanges: [],
  interruptions: () => [],
  rules: [],
};
