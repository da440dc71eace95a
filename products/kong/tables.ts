import type { Configuration, EqualityException, TableKind } from "../configuration";

const core = "https://github.com/Kong/kong/blob/master/kong";
const breaking = "https://developer.konghq.com/gateway/breaking-changes/";

/** Tables of the core, of the bundled plugins and of the enterprise edition, by what they hold. */
const tables: Record<TableKind, string[]> = {
  configuration: [
    ...["workspaces", "services", "routes", "consumers", "plugins", "upstreams", "targets"],
    ...["certificates", "ca_certificates", "snis", "keys", "key_sets", "filter_chains"],
    // Before 3.0 the first is the vault-auth plugin's and the second what is now sm_vaults.
    ...["vaults", "vaults_beta", "sm_vaults", "vault_auth_vaults"],
    ...["acls", "basicauth_credentials", "hmacauth_credentials", "jwt_secrets", "keyauth_credentials"],
    ...["oauth2_credentials", "keyauth_enc_credentials", "mtls_auth_credentials"],
    ...["header_cert_auth_credentials", "credentials", "degraphql_routes"],
    ...["graphql_ratelimiting_advanced_cost_decoration", "partials", "plugins_partials", "custom_plugins"],
    ...["consumer_groups", "consumer_group_consumers", "consumer_group_plugins", "event_hooks"],
    ...["admins", "groups", "group_rbac_roles", "rbac_users", "rbac_roles", "rbac_user_roles"],
    ...["rbac_user_groups", "rbac_role_endpoints", "rbac_role_entities", "licenses"],
    ...["applications", "application_instances", "konnect_applications", "developers"],
    ...["files", "legacy_files", "document_objects"],
    // Without these, what is encrypted in the rows above cannot be read.
    ...["keyring_keys", "keyring_meta"],
  ],
  "run-time": [
    ...["oauth2_tokens", "oauth2_authorization_codes", "sessions", "session_metadatas", "acme_storage"],
    ...["oic_issuers", "oic_jwks", "jwt_signer_jwks", "consumer_reset_secrets", "login_attempts"],
    ...["audit_objects", "audit_requests"],
  ],
  counter: [
    ...["ratelimiting_metrics", "response_ratelimiting_metrics", "rl_counters"],
    ...["license_data", "license_llm_data"],
  ],
  internal: [
    ...["schema_meta", "locks", "cluster_events", "cluster_ca", "parameters", "ttls"],
    // Follow the other tables: their tags, and how many rows they have.
    ...["tags", "workspace_entity_counters"],
    ...["workspace_entities", "ws_migrations_backup", "vitals_locks", "vitals_node_meta"],
  ],
};

const kinds = new Map(
  Object.entries(tables).flatMap(([kind, names]) => names.map((name) => [name, kind as TableKind] as const)),
);

/** Kong makes one table of Vitals a period, by names that are not fixed; the rows of `clustering_*` are of nodes. */
function kindOf(table: string): TableKind | undefined {
  const known = kinds.get(table);
  if (known) return known;
  if (table.startsWith("vitals_")) return "counter";
  return table.startsWith("clustering_") ? "internal" : undefined;
}

/** One migration's changes of plugins' settings, by their keys. */
function ofPlugins(since: string, keys: string[], why: string, source: string): EqualityException[] {
  return keys.map((key) => ({ table: "plugins", column: `config.${key}`, since, why, source }));
}

/** The flat settings of Redis that rate-limiting and response-ratelimiting had beside, and instead of, config.redis. */
const flatRedis = [
  ...["redis_host", "redis_port", "redis_password", "redis_username", "redis_ssl", "redis_ssl_verify"],
  ...["redis_server_name", "redis_timeout", "redis_database"],
];

const rateLimiting = `${core}/plugins/rate-limiting/migrations/006_350_to_360.lua`;

const exceptions: EqualityException[] = [
  {
    table: "routes",
    column: "paths",
    since: "3.0.0",
    why: "Paths that are regular expressions get the prefix ~.",
    source: `${core}/db/migrations/core/016_280_to_300.lua`,
  },
  ...["vaults", "vaults_beta"].map((table) => ({
    table,
    since: "3.0.0",
    why: "Its rows move: to vault_auth_vaults, and to sm_vaults.",
    source: `${core}/db/migrations/core/016_280_to_300.lua`,
  })),
  ...["vault_auth_vaults", "sm_vaults"].map((table) => ({
    table,
    since: "3.0.0",
    why: "Its rows come from vaults, and from vaults_beta.",
    source: `${core}/db/migrations/core/016_280_to_300.lua`,
  })),
  {
    table: "targets",
    since: "3.0.0",
    why: "Of targets that are there twice in one upstream, only the latest stays; each gets a cache key.",
    source: `${core}/db/migrations/core/016_280_to_300.lua`,
  },
  ...ofPlugins(
    "3.0.0",
    ["headers"],
    "http-log has one text for a header, where it had a list.",
    `${core}/plugins/http-log/migrations/001_280_to_300.lua`,
  ),
  ...ofPlugins(
    "3.0.0",
    ["functions", "access"],
    "pre-function and post-function move their functions to the access phase.",
    `${core}/plugins/pre-function/migrations/_001_280_to_300.lua`,
  ),
  ...ofPlugins(
    "3.3.2",
    ["queue.max_batch_size"],
    "opentelemetry batches 200 where it had been left at 1.",
    `${core}/plugins/opentelemetry/migrations/001_331_to_332.lua`,
  ),
  ...ofPlugins(
    "3.6.0",
    ["redis", ...flatRedis],
    "rate-limiting and response-ratelimiting gather redis_* in config.redis.",
    rateLimiting,
  ),
  ...ofPlugins(
    "3.6.0",
    ["password", "server_name", "extra_options", "auth", "ssl_server_name", "scan_count", "namespace"].map(
      (key) => `storage_config.redis.${key}`,
    ),
    "acme takes on the names of Redis settings that all plugins share.",
    `${core}/plugins/acme/migrations/003_350_to_360.lua`,
  ),
  ...ofPlugins(
    "3.7.0",
    ["logging.log_statistics"],
    "ai-proxy turns statistics off for providers that have none.",
    `${core}/plugins/ai-proxy/migrations/001_360_to_370.lua`,
  ),
  ...ofPlugins(
    "3.8.0",
    ["cluster_nodes", "sentinel_nodes", "cluster_addresses", "sentinel_addresses"].map(
      (key) => `redis.${key}`,
    ),
    "Addresses of a Redis cluster and of sentinels become lists of nodes.",
    `${breaking}#deprecated-sentinel-addresses-and-cluster-addresses-for-redis`,
  ),
  ...ofPlugins(
    "3.10.0",
    ["llm_providers"],
    "ai-rate-limiting-advanced has lists of windows and limits, where it had one number of each.",
    `${breaking}#ai-rate-limiting-advanced-plugin-multiple-providers-and-limits`,
  ),
  // Kong's own teardown of 3.6, which the stand-in, whose earliest line is 3.8, runs at 3.13.
  ...ofPlugins("3.13.0", flatRedis, "What was left of redis_* beside config.redis goes.", rateLimiting),
];

/** Plugins whose data lies in the database, each with the setting that puts it there. */
const concernedPlugins = `
  SELECT found.name, count(*)::integer AS count
  FROM (
    SELECT CASE
      WHEN name IN ('rate-limiting', 'response-ratelimiting') AND config->>'policy' = 'cluster'
        THEN name || ' (policy cluster)'
      WHEN name IN ('rate-limiting-advanced', 'graphql-rate-limiting-advanced', 'ai-rate-limiting-advanced',
                    'service-protection') AND config->>'strategy' = 'cluster'
        THEN name || ' (strategy cluster)'
      WHEN name IN ('session', 'acme') AND config->>'storage' = 'kong' THEN name || ' (storage kong)'
      WHEN name = 'oauth2' THEN name
    END AS name
    FROM plugins
    WHERE enabled
  ) AS found
  WHERE found.name IS NOT NULL
  GROUP BY found.name
  ORDER BY found.name`;

/** How Kong's configuration lies in its database. */
export const configuration: Configuration = { kindOf, exceptions, concernedPlugins };
