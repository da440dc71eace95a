import { breakingChanges } from "./axway/breaking-changes";
import { databaseVersions } from "./axway/cassandra";
import { path } from "./axway/path";
import { interruptions, procedure } from "./axway/procedure";
import { dataRules } from "./axway/rules/data";
import { installationRules } from "./axway/rules/installation";
import { orderRules } from "./axway/rules/order";
import { topologyRules } from "./axway/rules/topology";
import { settings, splitSecrets } from "./axway/settings";
import { sources } from "./axway/sources";
import type { Product } from "./product";

/**
 * Axway API Gateway 7.7: its upgrade guide as data. A slot is an installation on every node: the older one is the old
 * installation, the newer one the new. At weight 0 the new one is exported and upgraded, and the old one serves; weight
 * is the switch, by `apply`.
 */
export const axway: Product = {
  name: "axway",
  title: "Axway API Gateway",
  strategies: [
    {
      name: "export-upgrade-apply",
      does: "An older line to 7.7 by sysupgrade: export and upgrade on every node while the old installation serves, then all of it stops, and apply on every node.",
    },
    {
      name: "update",
      does: "7.7 to a later update of it by the update's own script, node by node, each one stopped and backed up for it.",
    },
  ],
  settings,
  splitSecrets,
  path,
  pathSource: sources.upgrade,
  breakingChanges,
  procedure,
  interruptions,
  rules: [...installationRules, ...topologyRules, ...dataRules, ...orderRules],
  databaseVersions,
};
