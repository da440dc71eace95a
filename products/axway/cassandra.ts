import type { DatabaseSupport } from "../product";
import { compareVersions } from "../version";
import { sources } from "./sources";

/** Lines of Cassandra that 7.7 supports, from one of its updates on. */
const support = [
  { since: "7.7.0", lines: ["2.2"], source: sources.upgrade },
  { since: "7.7.20210830", lines: ["2.2", "3.11"], source: sources.notes("20210830") },
  { since: "7.7.20230228", lines: ["3.11", "4.0"], source: sources.notes("20230228") },
];

/** The oldest patch of each line that the vendor names. */
const oldestPatches: Record<string, number> = { "2.2": 12, "3.11": 11, "4.0": 7 };

/** The oldest patch of a line of Cassandra that the vendor names. */
export function oldestPatchOf(line: string): number {
  return oldestPatches[line] ?? 0;
}

/** The lines of Cassandra that a version of 7.7 supports, and where that is said. */
export function supportedBy(version: string): { lines: string[]; source: string } {
  const known = support.findLast(({ since }) => compareVersions(since, version) <= 0);
  return known ?? { lines: [], source: sources.upgrade };
}

/** By line as a whole; which update of 7.7 supports which of them is a rule's. */
export const databaseVersions: DatabaseSupport = {
  server: "Cassandra",
  byLine: { "7.5": { oldest: 2, newest: 2 }, "7.7": { oldest: 2, newest: 4 } },
  source: sources.upgrade,
};
