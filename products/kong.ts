import { breakingChanges } from "./kong/breaking-changes";
import { hybridRules } from "./kong/hybrid";
import { inPlaceProcedure, inPlaceRules, interruptions } from "./kong/in-place";
import { lossRules } from "./kong/losses";
import { operation } from "./kong/operation";
import { path } from "./kong/path";
import { controlPlane, notBuilt, settings, splitSecrets } from "./kong/settings";
import { strategies, strategyRules } from "./kong/strategies";
import { databaseVersions, supportRules } from "./kong/support";
import { tunables } from "./kong/tunables";
import type { RunnableProduct } from "./operation";

/** Kong Gateway: its upgrade guide as data. The pages are developer.konghq.com/gateway/upgrade and those below it. */
export const kong: RunnableProduct = {
  ...operation,
  strategies,
  settings,
  controlPlane,
  splitSecrets,
  notBuilt,
  path,
  pathSource: "https://developer.konghq.com/gateway/upgrade/",
  breakingChanges,
  procedure: inPlaceProcedure,
  interruptions,
  rules: [...strategyRules, ...inPlaceRules, ...hybridRules, ...lossRules, ...supportRules],
  tunables,
  databaseVersions,
};
