import type { BreakingChange } from "../product";
import { sources } from "./sources";

/** What breaks modules and nodes that were made for an older line. */
export const breakingChanges: BreakingChange[] = [
  {
    id: "jahia/8.0/modules",
    since: "8.0.0.0",
    wrong:
      "Modules made for Jahia 7 do not run unchanged: they are compiled anew, under a group id of their own, and declare where their settings appear.",
    remedy:
      "Let the migration helper module list the modules on 7.3 that are concerned, and have a build of each for Jahia 8.",
    source: sources.developers8,
  },
  {
    id: "jahia/8.2/jdk-8",
    since: "8.2.0.0",
    wrong: "Jahia 8.2 does not run on JDK 8 any more.",
    remedy: "Move every node to JDK 11 or 17 first, and check the supported databases.",
    source: sources.preparing82,
  },
  {
    id: "jahia/8.2/json-overrides",
    since: "8.2.0.0",
    wrong:
      "Content Editor is part of jContent 3, and a node type's forms are customised by one JSON override file, not by two.",
    remedy: "Rewrite the JSON overrides of modules, and take Content Editor out of what they depend on.",
    source: sources.preparing82,
  },
];
