import type { Change } from "../change";
import type { Interruption } from "../product";
import { sources } from "./sources";
import { upgradeOf } from "./upgrade";

/** What stops while nodes cross: reading goes on, writing does not. */
export function interruptions(change: Change): Interruption[] {
  const upgrade = upgradeOf(change);
  if (!upgrade) return [];
  const { older, newer } = upgrade;
  return [
    {
      what: "all writes, on every node: editing, publishing, users' own content, background jobs",
      howLong:
        `from full read-only mode on until the last node has crossed to ${newer.name}; a node that has crossed takes ` +
        `writes again, the processing node first, and what is written there since its restart is not seen on ` +
        `${older.name}, and lost if traffic goes back`,
      source: sources.rollingUpgrade,
    },
  ];
}
