/** What a table of the product's database holds. */
export type TableKind =
  /** What an administrator wrote: copied, compared, never lost. */
  | "configuration"
  /** What traffic writes and users depend on, such as tokens: what is written after the copy is lost to the copy. */
  | "run-time"
  /** Counts and metrics: they restart or have a gap. */
  | "counter"
  /** The product's own bookkeeping: its schema version, locks, events. */
  | "internal";

/** What two versions may differ in though nobody wrote it: a migration did. */
export interface EqualityException {
  table: string;
  /** A column, or a path into a JSON column: "config.redis_host". Absent: the whole row. */
  column?: string;
  /** The first version whose migration does it. */
  since: string;
  why: string;
  source: string;
}

/** How a product's configuration lies in its database. */
export interface Configuration {
  /** The kind of a table by its name. A table that is not named is a plugin's of the user's own: configuration until config says otherwise. */
  kindOf: (table: string) => TableKind | undefined;
  /** What migrations change. */
  exceptions: EqualityException[];
  /** The query that counts plugins whose run-time data two databases have apart: columns "name" and "count". */
  concernedPlugins: string;
}
