import type { Configuration, TableKind } from "../configuration";

const kinds: Record<string, TableKind> = {
  schema_meta: "internal",
  locks: "internal",
  parameters: "internal",
  tags: "internal",
  cluster_events: "internal",
  clustering_data_planes: "internal",
  clustering_rpc_requests: "internal",
  clustering_sync_version: "internal",
  oauth2_tokens: "run-time",
  oauth2_authorization_codes: "run-time",
  sessions: "run-time",
  session_metadatas: "run-time",
  ratelimiting_metrics: "counter",
};

export const configuration: Configuration = {
  kindOf: (table) => kinds[table] ?? "configuration",
  exceptions: [],
  concernedPlugins:
    "select name || ' (policy cluster)' as name, count(*)::int as count from plugins where config->>'policy' = 'cluster' group by name",
};
