/** A database's configuration at one moment: a hash per row, by table and the row's id. */
export type Fingerprint = Record<string, Record<string, string>>;

/** A fingerprint that can be compared after a migration: with the columns that it was made of, by table. */
export interface KeptFingerprint {
  columns: Record<string, string[]>;
  rows: Fingerprint;
}

/** How one table differs between two fingerprints, by the ids of its rows. */
export interface Difference {
  table: string;
  added: string[];
  removed: string[];
  changed: string[];
}

/** What the second fingerprint has that the first one has not, table by table. Tables that only one has count as empty in the other. */
export function compareFingerprints(before: Fingerprint, after: Fingerprint): Difference[] {
  const tables = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return tables.flatMap((table) => {
    const [was, is] = [before[table] ?? {}, after[table] ?? {}];
    const added = Object.keys(is).filter((id) => !Object.hasOwn(was, id));
    const removed = Object.keys(was).filter((id) => !Object.hasOwn(is, id));
    const changed = Object.keys(is).filter((id) => Object.hasOwn(was, id) && was[id] !== is[id]);
    return added.length + removed.length + changed.length > 0 ? [{ table, added, removed, changed }] : [];
  });
}

/** Ids that are shown of one kind of change in one table; the rest is counted. */
const shownIds = 5;

function told(sign: string, ids: string[]): string[] {
  if (ids.length === 0) return [];
  const rest = ids.length > shownIds ? `, and ${ids.length - shownIds} more` : "";
  return [`${sign}${ids.length} (${ids.slice(0, shownIds).join(", ")}${rest})`];
}

/** Differences in one line: "routes +1 (a1b2), plugins ~2 (c3d4, e5f6)". */
export function formatDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ table, added, removed, changed }) =>
      [table, ...told("+", added), ...told("-", removed), ...told("~", changed)].join(" "),
    )
    .join("; ");
}
