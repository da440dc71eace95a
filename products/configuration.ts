import { compareVersions } from "./version";

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

/** What tables of the user's own plugins hold, by name. */
export type OwnTables = Record<string, TableKind>;

/** What all custom plugins that config names say of their tables. */
export function ownTablesOf(plugins: readonly { tables: OwnTables }[]): OwnTables {
  return Object.fromEntries(plugins.flatMap(({ tables }) => Object.entries(tables)));
}

/** The kind of a table: config's word first, then the product's. One that nobody knows is configuration: it is not lost. */
export function kindOfTable(configuration: Configuration, own: OwnTables, table: string): TableKind {
  return (
    (Object.hasOwn(own, table) ? own[table] : undefined) ?? configuration.kindOf(table) ?? "configuration"
  );
}

/** The exceptions that a path crosses: what its migrations change is no difference. */
export function exceptionsBetween(
  configuration: Configuration,
  from: string,
  to: string,
): EqualityException[] {
  return configuration.exceptions.filter(
    ({ since }) => compareVersions(from, since) < 0 && compareVersions(since, to) <= 0,
  );
}
