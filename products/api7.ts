import { breakingChanges } from "./api7/breaking-changes";
import { controlPlaneRules } from "./api7/control-plane";
import { dataPlaneRules } from "./api7/data-planes";
import { path } from "./api7/path";
import { interruptions, procedure } from "./api7/procedure";
import { controlPlane, settings, splitSecrets } from "./api7/settings";
import { sources } from "./api7/sources";
import type { Product } from "./product";

/** API7 Enterprise 3: its upgrade guide as data. The pages are docs.api7.ai/enterprise/upgrade-guides and its release notes. */
export const api7: Product = {
  name: "api7",
  title: "API7 Enterprise",
  strategies: [
    {
      name: "control-plane-first",
      does: "The control plane is upgraded in place on its database; then data planes of the newer slot take over from those of the older one.",
    },
  ],
  settings,
  controlPlane,
  splitSecrets,
  path,
  pathSource: sources.upgrade,
  breakingChanges,
  procedure,
  interruptions,
  rules: [...controlPlaneRules, ...dataPlaneRules],
};
