import type { Change } from "../change";
import { addsTarget, isForward, isRollback } from "../steps";
import { kindOfTable, ownTablesOf, type TableKind } from "../configuration";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { configuration } from "./tables";

const guide = "https://developer.konghq.com/gateway/upgrade";

function notCovered(change: Change): Problem[] {
  const { older, newer } = change.next;
  if (!addsTarget(change) || isRollback(change) || (!newer && change.strategy !== "in-place")) return [];
  return [
    {
      key: `gateway:${newer ?? older}`,
      wrong: "The snapshot covers the database, and neither the keyring nor kong.conf.",
      remedy:
        "Back the keyring's key up, where data is encrypted, and kong.conf with the files that it names: certificates, keys, templates.",
    },
  ];
}

/** Tables with rows that are of this kind, as a sentence counts them: "oauth2_tokens (12), sessions (3)". */
function counted(counts: Record<string, number>, take: (name: string) => boolean): string[] {
  return Object.entries(counts)
    .filter(([name, count]) => count > 0 && take(name))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} (${count})`);
}

function lost(change: Change): Problem[] {
  const { next, observed, strategy } = change;
  const { older, newer } = next;
  if (strategy !== "blue-green" || !newer || !observed.runtime || isRollback(change)) return [];
  if (!isForward(change)) return [];
  const { tables, plugins } = observed.runtime;
  const own = ownTablesOf(change.asked.customPlugins);
  const ofKind = (kind: TableKind) =>
    counted(tables, (table) => kindOfTable(configuration, own, table) === kind);
  const runTime = ofKind("run-time");
  const counters = ofKind("counter");
  const concerned = counted(plugins, () => true);
  const parts = [
    ...(runTime.length > 0
      ? [
          `what is written after the copy is not in it, and a token issued then gets 401: ${runTime.join(", ")}`,
        ]
      : []),
    ...(counters.length > 0
      ? [`counters restart and metrics such as Vitals have a gap: ${counters.join(", ")}`]
      : []),
    ...(concerned.length > 0 ? [`plugins concerned: ${concerned.join(", ")}`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    {
      key: `gateway:${newer}`,
      wrong: `${newer} has a copy of ${older}'s database; ${parts.join("; ")}.`,
      remedy: "Move the traffic when few tokens are issued and after a window of the rate limits has begun.",
    },
  ];
}

/** What a copy of the database does not carry over. */
export const lossRules: Rule[] = [
  {
    id: "kong/backup-not-covered",
    severity: "warning",
    demands:
      "What the snapshot of the database does not cover is backed up apart: the keyring and kong.conf.",
    source: `${guide}/backup-and-restore/`,
    check: notCovered,
  },
  {
    id: "kong/lost-at-the-switch",
    severity: "warning",
    demands:
      "What two databases do not share is counted, by table and plugin: tokens and sessions issued after the copy, counters, Vitals.",
    source: `${guide}/dual-cluster/`,
    needs: ["last release", "live gateway"],
    check: lost,
  },
];
