import { BASE, tagTriggers } from "./base";
import type { Subsystem } from "./types";

/** Kong's own names up to 025; what follows it is the twin's, for lines whose migrations are not public. */
export const core: Subsystem = {
  subsystem: "core",
  namespace: "kong.db.migrations.core",
  migrations: [
    {
      name: "000_base",
      since: "3.8",
      up:
        BASE +
        tagTriggers("services", "routes", "consumers", "plugins", "upstreams", "targets", "certificates"),
    },
    {
      name: "023_360_to_370",
      since: "3.8",
      up: `
        CREATE TABLE IF NOT EXISTS clustering_rpc_requests (
          id bigserial PRIMARY KEY, node_id uuid NOT NULL, reply_to uuid NOT NULL, ttl timestamptz NOT NULL,
          payload json NOT NULL
        );
        ALTER TABLE clustering_data_planes ADD COLUMN IF NOT EXISTS rpc_capabilities text[];`,
    },
    {
      name: "024_380_to_390",
      since: "3.9",
      up: `CREATE TABLE IF NOT EXISTS clustering_sync_version (version serial PRIMARY KEY);`,
    },
    {
      name: "025_390_to_3100",
      since: "3.10",
      up: `
        ALTER TABLE clustering_sync_version ALTER COLUMN version TYPE bigint;
        ALTER TABLE services ADD COLUMN IF NOT EXISTS tls_sans jsonb;`,
    },
    {
      // 3.8 and 3.9 read and write consumers.type; from 3.10 on the lower-cased name takes its place.
      name: "026_390_to_3100_consumer_type",
      since: "3.10",
      up: `ALTER TABLE consumers ADD COLUMN IF NOT EXISTS username_lower text;`,
      async teardown(db) {
        await db.query(`UPDATE consumers SET username_lower = lower(username) WHERE username_lower IS NULL`);
        await db.query(`ALTER TABLE consumers DROP COLUMN IF EXISTS type`);
      },
    },
    {
      // Up to 3.10 a target carries a cache key; later ones have the unique pair of upstream and target.
      name: "027_3100_to_3130",
      since: "3.13",
      up: `
        ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS sticky_sessions_cookie text;
        ALTER TABLE upstreams ADD COLUMN IF NOT EXISTS sticky_sessions_cookie_path text DEFAULT '/';
        ALTER TABLE targets ADD COLUMN IF NOT EXISTS failover boolean DEFAULT false;`,
      async teardown(db) {
        await db.query(`ALTER TABLE targets DROP COLUMN IF EXISTS cache_key`);
      },
    },
    {
      name: "028_3130_to_3140",
      since: "3.14",
      up: `ALTER TABLE plugins ADD COLUMN IF NOT EXISTS condition text;`,
    },
  ],
};
