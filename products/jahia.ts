import { breakingChanges } from "./jahia/breaking-changes";
import { clusterRules } from "./jahia/cluster";
import { databaseRules } from "./jahia/database";
import { interruptions } from "./jahia/interruptions";
import { path } from "./jahia/path";
import { preparationRules } from "./jahia/preparation";
import { procedure } from "./jahia/procedure";
import { settings, splitSecrets } from "./jahia/settings";
import { sources } from "./jahia/sources";
import type { Product } from "./product";

/**
 * Jahia: its guide to a cluster's rolling upgrade as data. The two slots are the guide's two schemas of the database;
 * the nodes are the same ones, and cross from one to the other.
 */
export const jahia: Product = {
  name: "jahia",
  title: "Jahia",
  strategies: [
    {
      name: "read-only-rolling",
      does: "The nodes cross one by one, the processing node first, from the older database schema to a migrated copy, while nothing is written.",
    },
  ],
  settings,
  splitSecrets,
  path,
  pathSource: sources.targets,
  breakingChanges,
  procedure,
  interruptions,
  rules: [...clusterRules, ...databaseRules, ...preparationRules],
};
