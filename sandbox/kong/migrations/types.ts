import type { Queryable } from "../db/client";
import type { Line } from "../version";

export interface Migration {
  /** Kong's own name where Kong has the migration. */
  name: string;
  /** The first line that carries it. */
  since: Line;
  /** SQL, run in one transaction. It must leave the database usable for the version before. */
  up?: string;
  /** Run by `finish`, not in a transaction; afterwards the version before may break. */
  teardown?: (db: Queryable) => Promise<void>;
}

export interface Subsystem {
  /** "core" or a plugin's name: the key of the row in schema_meta. */
  subsystem: string;
  namespace: string;
  migrations: Migration[];
}
