import type { Queryable } from "../db/client";

/** What `bootstrap` makes before the first migration. */
export async function createMeta(db: Queryable, schema: string): Promise<void> {
  if (schema !== "") await db.query(`CREATE SCHEMA IF NOT EXISTS "${schema.replaceAll('"', '""')}"`);
  await db.query(`
    CREATE TABLE IF NOT EXISTS schema_meta (
      key text, subsystem text, last_executed text, executed text[], pending text[], PRIMARY KEY (key, subsystem)
    );
    CREATE TABLE IF NOT EXISTS locks (key text PRIMARY KEY, owner text, ttl timestamptz);
    CREATE INDEX IF NOT EXISTS locks_ttl_idx ON locks (ttl);
  `);
}

/** Everything in the current schema goes. */
export async function dropAll(db: Queryable): Promise<void> {
  await db.query(`
    DO $$
    DECLARE name text;
    BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', name);
      END LOOP;
    END $$;
    DROP FUNCTION IF EXISTS sync_tags CASCADE;
    DROP FUNCTION IF EXISTS delete_expired_cluster_events CASCADE;
  `);
}
