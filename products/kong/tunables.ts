/**
 * Properties of kong.conf that work though left at their default, and that other machines or another network are a reason
 * to look at again. Their meaning is at https://developer.konghq.com/gateway/configuration/.
 */
export const tunables: string[] = [
  "nginx_worker_processes",
  "nginx_main_worker_rlimit_nofile",
  "nginx_events_worker_connections",
  "nginx_http_client_body_buffer_size",
  "upstream_keepalive_pool_size",
  "upstream_keepalive_max_requests",
  "upstream_keepalive_idle_timeout",
  "pg_max_concurrent_queries",
  "pg_timeout",
  "mem_cache_size",
  "db_cache_ttl",
  "db_cache_warmup_entities",
  "db_update_frequency",
  "worker_state_update_frequency",
  "dns_resolver",
  "dns_cache_size",
  "dns_stale_ttl",
  "trusted_ips",
  "real_ip_header",
  "lua_ssl_trusted_certificate",
].map((name) => `properties.${name}`);
