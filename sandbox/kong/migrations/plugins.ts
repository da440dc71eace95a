import { tagTriggers } from "./base";
import type { Subsystem } from "./types";

const plugin = (subsystem: string, migrations: Subsystem["migrations"]): Subsystem => ({
  subsystem,
  namespace: `kong.plugins.${subsystem}.migrations`,
  migrations,
});

/** In the order of their names, as Kong runs them. */
export const plugins: Subsystem[] = [
  plugin("key-auth", [
    {
      name: "000_base_key_auth",
      since: "3.8",
      up: `
        CREATE TABLE IF NOT EXISTS keyauth_credentials (
          id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz,
          consumer_id uuid REFERENCES consumers ON DELETE CASCADE, key text, tags text[], ttl timestamptz,
          UNIQUE (ws_id, key)
        );
        CREATE INDEX IF NOT EXISTS keyauth_credentials_consumer_id_idx ON keyauth_credentials (consumer_id);
        ${tagTriggers("keyauth_credentials")}`,
    },
  ]),
  plugin("oauth2", [
    {
      name: "000_base_oauth2",
      since: "3.8",
      up: `
        CREATE TABLE IF NOT EXISTS oauth2_credentials (
          id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, name text,
          consumer_id uuid REFERENCES consumers ON DELETE CASCADE, client_id text UNIQUE, client_secret text,
          redirect_uris text[], tags text[]
        );
        CREATE TABLE IF NOT EXISTS oauth2_authorization_codes (
          id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz,
          credential_id uuid REFERENCES oauth2_credentials ON DELETE CASCADE,
          service_id uuid REFERENCES services ON DELETE CASCADE, code text UNIQUE, authenticated_userid text,
          scope text, ttl timestamptz
        );
        CREATE TABLE IF NOT EXISTS oauth2_tokens (
          id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz,
          credential_id uuid REFERENCES oauth2_credentials ON DELETE CASCADE,
          service_id uuid REFERENCES services ON DELETE CASCADE, access_token text UNIQUE, refresh_token text UNIQUE,
          token_type text, expires_in integer, authenticated_userid text, scope text, ttl timestamptz
        );`,
    },
    {
      name: "008_380_to_390",
      since: "3.9",
      up: `CREATE INDEX IF NOT EXISTS oauth2_tokens_ttl_idx ON oauth2_tokens (ttl);`,
    },
    {
      name: "009_3130_to_3140",
      since: "3.14",
      up: `ALTER TABLE oauth2_tokens ADD COLUMN IF NOT EXISTS scopes text[];`,
      async teardown(db) {
        await db.query(`UPDATE oauth2_tokens SET scopes = string_to_array(scope, ' ') WHERE scopes IS NULL`);
        await db.query(`ALTER TABLE oauth2_tokens DROP COLUMN IF EXISTS scope`);
      },
    },
  ]),
  plugin("rate-limiting", [
    {
      name: "000_base_rate_limiting",
      since: "3.8",
      up: `
        CREATE TABLE IF NOT EXISTS ratelimiting_metrics (
          identifier text NOT NULL, period text NOT NULL, period_date timestamptz NOT NULL,
          service_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
          route_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
          value integer, ttl timestamptz,
          PRIMARY KEY (identifier, period, period_date, service_id, route_id)
        );
        CREATE INDEX IF NOT EXISTS ratelimiting_metrics_ttl_idx ON ratelimiting_metrics (ttl);`,
    },
    {
      // The old flat redis_* settings stay beside config.redis until no old node reads them.
      name: "007_3100_to_3130",
      since: "3.13",
      async teardown(db) {
        await db.query(`
          UPDATE plugins SET config = config - 'redis_host' - 'redis_port' - 'redis_password' - 'redis_database'
          WHERE name = 'rate-limiting'`);
      },
    },
  ]),
  plugin("session", [
    {
      name: "000_base_session",
      since: "3.8",
      up: `
        CREATE TABLE IF NOT EXISTS sessions (
          id uuid PRIMARY KEY, session_id text UNIQUE, expires integer, data text, created_at timestamptz,
          ttl timestamptz
        );`,
    },
    {
      name: "003_330_to_3100",
      since: "3.10",
      up: `
        CREATE TABLE IF NOT EXISTS session_metadatas (
          id uuid PRIMARY KEY, session_id uuid REFERENCES sessions ON DELETE CASCADE, sid text, subject text,
          audience text, created_at timestamptz
        );
        CREATE INDEX IF NOT EXISTS session_id_idx ON session_metadatas (session_id);`,
    },
  ]),
];
