import { operation } from "./kong/operation";
import { path } from "./kong/path";
import { notBuilt, settings, splitSecrets } from "./kong/settings";
import type { RunnableProduct } from "./operation";
import { sharedDatabase } from "./release";

/** Kong Gateway: its upgrade guide as data. The pages are developer.konghq.com/gateway/upgrade and those below it. */
export const kong: RunnableProduct = {
  ...operation,
  name: "kong",
  title: "Kong Gateway",
  strategies: [
    {
      name: "blue-green",
      does: "The newer slot gets a copy of the database, migrated to the end; the older slot is not touched.",
    },
    {
      name: sharedDatabase,
      does: "Both slots are on the database that config gives; the destructive half of the migrations waits until one slot is left.",
    },
  ],
  settings,
  splitSecrets,
  notBuilt,
  path,
  pathSource: "https://developer.konghq.com/gateway/upgrade/",
  breakingChanges: [],
  interruptions: () => [],
  rules: [],
};
