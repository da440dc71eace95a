/** The tables as a 3.8 knows them. */
export const BASE = `
  CREATE TABLE IF NOT EXISTS workspaces (
    id uuid PRIMARY KEY, name text UNIQUE, comment text, created_at timestamptz, updated_at timestamptz,
    meta jsonb, config jsonb
  );
  INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (gen_random_uuid(), 'default', now(), now())
    ON CONFLICT DO NOTHING;

  CREATE TABLE IF NOT EXISTS parameters (key text PRIMARY KEY, value text NOT NULL, created_at timestamptz);
  INSERT INTO parameters (key, value, created_at) VALUES ('cluster_id', gen_random_uuid()::text, now())
    ON CONFLICT DO NOTHING;

  CREATE TABLE IF NOT EXISTS cluster_events (
    id uuid PRIMARY KEY, node_id uuid NOT NULL, at timestamptz NOT NULL, nbf timestamptz,
    expire_at timestamptz NOT NULL, channel text, data text
  );
  CREATE INDEX IF NOT EXISTS cluster_events_at_idx ON cluster_events (at);
  CREATE OR REPLACE FUNCTION delete_expired_cluster_events () RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM cluster_events WHERE expire_at <= now();
      RETURN NEW;
    END $$;
  DROP TRIGGER IF EXISTS delete_expired_cluster_events_trigger ON cluster_events;
  CREATE TRIGGER delete_expired_cluster_events_trigger AFTER INSERT ON cluster_events
    FOR EACH STATEMENT EXECUTE PROCEDURE delete_expired_cluster_events();

  CREATE TABLE IF NOT EXISTS tags (entity_id uuid PRIMARY KEY, entity_name text, tags text[]);
  CREATE OR REPLACE FUNCTION sync_tags () RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (TG_OP = 'DELETE') THEN
        DELETE FROM tags WHERE entity_id = OLD.id;
        RETURN OLD;
      END IF;
      INSERT INTO tags VALUES (NEW.id, TG_TABLE_NAME, NEW.tags)
        ON CONFLICT (entity_id) DO UPDATE SET tags = EXCLUDED.tags;
      RETURN NEW;
    END $$;

  CREATE TABLE IF NOT EXISTS certificates (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    cert text, key text, tags text[]
  );
  CREATE TABLE IF NOT EXISTS services (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    name text, retries bigint, protocol text, host text, port bigint, path text, connect_timeout bigint,
    write_timeout bigint, read_timeout bigint, tags text[], client_certificate_id uuid REFERENCES certificates,
    tls_verify boolean, tls_verify_depth smallint, ca_certificates uuid[], enabled boolean DEFAULT true,
    UNIQUE (ws_id, name)
  );
  CREATE TABLE IF NOT EXISTS routes (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    name text, service_id uuid REFERENCES services, protocols text[], methods text[], hosts text[], paths text[],
    headers jsonb, snis text[], sources jsonb[], destinations jsonb[], regex_priority bigint, strip_path boolean,
    preserve_host boolean, https_redirect_status_code integer, path_handling text DEFAULT 'v0', tags text[],
    request_buffering boolean, response_buffering boolean, UNIQUE (ws_id, name)
  );
  CREATE INDEX IF NOT EXISTS routes_service_id_idx ON routes (service_id);
  CREATE TABLE IF NOT EXISTS consumers (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    username text, custom_id text, type integer DEFAULT 0, tags text[],
    UNIQUE (ws_id, username), UNIQUE (ws_id, custom_id)
  );
  CREATE TABLE IF NOT EXISTS plugins (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    name text NOT NULL, instance_name text, consumer_id uuid REFERENCES consumers ON DELETE CASCADE,
    service_id uuid REFERENCES services ON DELETE CASCADE, route_id uuid REFERENCES routes ON DELETE CASCADE,
    config jsonb NOT NULL, enabled boolean NOT NULL, cache_key text UNIQUE, protocols text[], tags text[],
    UNIQUE (ws_id, instance_name)
  );
  CREATE INDEX IF NOT EXISTS plugins_name_idx ON plugins (name);
  CREATE TABLE IF NOT EXISTS upstreams (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    name text, algorithm text, hash_on text, hash_fallback text, hash_on_header text, hash_fallback_header text,
    hash_on_cookie text, hash_on_cookie_path text, hash_on_query_arg text, hash_fallback_query_arg text,
    hash_on_uri_capture text, hash_fallback_uri_capture text, slots integer NOT NULL, healthchecks jsonb,
    tags text[], host_header text, client_certificate_id uuid REFERENCES certificates,
    use_srv_name boolean DEFAULT false, UNIQUE (ws_id, name)
  );
  CREATE TABLE IF NOT EXISTS targets (
    id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces, created_at timestamptz, updated_at timestamptz,
    upstream_id uuid REFERENCES upstreams ON DELETE CASCADE, target text NOT NULL, weight integer NOT NULL,
    tags text[], cache_key text, UNIQUE (upstream_id, target)
  );
  CREATE TABLE IF NOT EXISTS clustering_data_planes (
    id uuid PRIMARY KEY, hostname text NOT NULL, ip text NOT NULL, last_seen timestamptz, config_hash text NOT NULL,
    ttl timestamptz, version text, sync_status text NOT NULL DEFAULT 'unknown', labels jsonb, cert_details jsonb
  );
`;

/** The table `tags` follows the tags of these. */
export const tagTriggers = (...tables: string[]) =>
  tables
    .map(
      (table) => `
  DROP TRIGGER IF EXISTS ${table}_sync_tags_trigger ON ${table};
  CREATE TRIGGER ${table}_sync_tags_trigger AFTER INSERT OR UPDATE OF tags OR DELETE ON ${table}
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();`,
    )
    .join("\n");
