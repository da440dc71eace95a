import { versionSteps } from "../steps";
import type { BreakingChange } from "../product";
import { compareVersions, version } from "../version";
import { fromLine, given, hasCustomPlugins, isGiven, isNotGiven } from "./concerns";

const guide = "https://developer.konghq.com/gateway";

/** A section of Kong's page of breaking changes, by its heading there. */
const page = (heading: string) => `${guide}/breaking-changes/#${heading}`;

/** OpenSSL came with the same change to 3.6 and, in a patch, to 3.4. */
const newOpenSslIn34 = "3.4.3.5";

const hasNewOpenSsl = (text: string) =>
  version(text).line === "3.4" && compareVersions(text, newOpenSslIn34) >= 0;

const tlsSecurityLevel = {
  wrong:
    "OpenSSL's security level 2 refuses RSA keys below 2048 bits, elliptic keys below 224, RC4 and SSL 3.",
  remedy:
    "Look for such keys and ciphers in certificates of routes, upstreams and clients, and replace them.",
};

/** Steps between long-term releases that lie further apart than one line, each with the page of its conversion. */
const conversions = [
  { from: "2.8", to: "3.4", guide: "convert-lts-28-34" },
  { from: "3.4", to: "3.10", guide: "convert-lts-34-310" },
  { from: "3.10", to: "3.14", guide: "convert-lts-310-314" },
].map((jump): BreakingChange => ({
  id: `kong/${jump.to}/deck-file-convert`,
  since: `${jump.to}.0`,
  wrong: `From ${jump.from} to ${jump.to} some entities change their form, which the migrations leave as it is.`,
  remedy: "Run 'deck file convert' on a dump of the old version, and apply what it changes.",
  source: `${guide}/upgrade/${jump.guide}/`,
  concerns: fromLine(jump.from),
}));

/** Of Kong's page those changes that can stop traffic, a start, a migration or an administrator's automation. */
const ofEachLine: BreakingChange[] = [
  {
    id: "kong/3.0/regex-paths",
    since: "3.0.0",
    wrong:
      "A path of a route is a regular expression only when it begins with ~, and matches the normalized URI.",
    remedy: "Check the paths that the migration rewrote, and never sync a file of 2.8 or older to 3.0.",
    source: page("new-router"),
  },
  {
    id: "kong/3.0/plugin-parameters",
    since: "3.0.0",
    wrong: "Bundled plugins lose parameters (blacklist, whitelist, functions) and metrics get other names.",
    remedy: "Rename what automation and dashboards use: allow, deny, access, and the metrics' new names.",
    source: page("deprecations-and-changed-parameters"),
  },
  {
    id: "kong/3.0/custom-plugins",
    since: "3.0.0",
    wrong:
      "A plugin without a PRIORITY and a VERSION of three parts, or with a schema of 0.x, is not loaded.",
    remedy:
      "Bring custom plugins to the schemas and the PDK of 3.0, and compare their priorities with the new ones.",
    source: page("custom-plugins-and-the-pdk"),
    concerns: hasCustomPlugins,
  },
  {
    id: "kong/3.0/targets-post",
    since: "3.0.0",
    wrong: "POST on an upstream's targets makes a target and no longer changes one that is there.",
    remedy: "Let scripts change a target with PUT.",
    source: page("3-0-0-0"),
  },
  {
    id: "kong/3.2/sessions",
    since: "3.2.0",
    wrong:
      "All sessions end at the switch, and nodes older than 3.2 end those of newer ones while both serve.",
    remedy: "Move all traffic in one step, and tell users that they log in again.",
    source: page("session-library-upgrade"),
  },
  {
    id: "kong/3.2/postgres-tls",
    since: "3.2.0",
    wrong: "A connection to PostgreSQL over TLS needs TLS 1.2.",
    remedy: "Let the database server speak TLS 1.2, or set pg_ssl_version.",
    source: page("postgresql-ssl-version-bump"),
    concerns: isNotGiven("pg_ssl_version"),
  },
  {
    id: "kong/3.3/plugin-queues",
    since: "3.3.0",
    wrong: "http-log, opentelemetry, datadog, statsd and zipkin queue by other parameters than before.",
    remedy: "Set the parameters of their config.queue.",
    source: page("plugin-queuing"),
  },
  {
    id: "kong/3.3/router-priorities",
    since: "3.3.0",
    wrong: "The router gives each path of a route a priority of its own, so another route may win.",
    remedy: "Test requests that more than one route matches.",
    source: page("traditional-compatibility-router"),
  },
  {
    id: "kong/3.4/admin-gui-api-url",
    since: "3.4.0",
    wrong: "The property admin_api_uri is deprecated.",
    remedy: "Give admin_gui_api_url instead.",
    source: page("3-4-0-0"),
    concerns: isGiven("admin_api_uri"),
  },
  {
    id: "kong/3.4/tls-security-level",
    since: newOpenSslIn34,
    ...tlsSecurityLevel,
    source: page("3-4-3-5"),
    concerns: (change) => versionSteps(change).some(({ to }) => version(to).line === "3.4"),
  },
  {
    id: "kong/3.5/portal-and-vitals",
    since: "3.5.0",
    wrong: "The Dev Portal and Vitals are no part of the package any more.",
    remedy: "Ask Kong for them where they are paid for, or replace them first.",
    source: page("dev-portal-and-vitals"),
  },
  {
    id: "kong/3.5/session-logout",
    since: "3.5.0",
    wrong: "The session plugin sees a logout in a request's body only when read_body_for_logout is true.",
    remedy: "Set read_body_for_logout where logout_post_arg is used.",
    source: page("session-plugin"),
  },
  {
    id: "kong/3.6/tls-security-level",
    since: "3.6.0",
    ...tlsSecurityLevel,
    source: page("3-6-0-0"),
    concerns: (change) => versionSteps(change).some(({ from }) => !hasNewOpenSsl(from)),
  },
  {
    id: "kong/3.6/duplicate-headers",
    since: "3.6.0",
    wrong: "An answer with Content-Length or Transfer-Encoding twice, or with both, becomes 502.",
    remedy: "Look for services that answer so, and mend them.",
    source: page("openresty-header-enforcement"),
  },
  {
    id: "kong/3.6/admin-api-lists",
    since: "3.6.0",
    wrong: "The Admin API lists consumers and consumer groups in pages, under data.",
    remedy: "Let scripts read data and follow the pages.",
    source: page("3-6-0-0"),
  },
  {
    id: "kong/3.7/pcre2",
    since: "3.7.0",
    wrong:
      "Regular expressions are those of PCRE2, and one that it refuses keeps the configuration from loading.",
    remedy: "Test the regular expressions of routes and plugins with PCRE2.",
    source: page("pcre-version-bump"),
  },
  {
    id: "kong/3.7/granular-tracing",
    since: "3.7.0",
    wrong: "Granular tracing is gone, and its properties with it.",
    remedy: "Take tracing, tracing_* and generate_trace_details out of the properties; use OpenTelemetry.",
    source: page("3-7-0-0"),
    concerns: isGiven(
      ...["tracing", "tracing_write_strategy", "tracing_write_endpoint", "tracing_time_threshold"],
      ...["tracing_types", "tracing_debug_header", "generate_trace_details"],
    ),
  },
  {
    id: "kong/3.8/custom-plugins-redis",
    since: "3.8.0",
    wrong: "The Redis settings that custom plugins could share have other fields and need no init_conf.",
    remedy: "Move plugins that require kong.enterprise_edition.redis to its version 2.",
    source: page("custom-plugins-that-used-shared-redis-config"),
    concerns: hasCustomPlugins,
  },
  {
    id: "kong/3.10/ai-metrics-key",
    since: "3.10.0",
    wrong: "Logs have the metrics of AI plugins under ai.proxy, no longer under ai.ai-proxy.",
    remedy: "Change the key where logs are read.",
    source: page("ai-plugins-metrics-key"),
  },
  {
    id: "kong/3.11/wasm",
    since: "3.11.0",
    wrong: "WebAssembly filters are gone.",
    remedy: "Replace the filters, and take wasm out of the properties.",
    source: page("wasm-deprecation"),
    concerns: isGiven("wasm"),
  },
  {
    id: "kong/3.11/llm-licence-data",
    since: "3.11.0",
    wrong: "The migration to 3.11.0.0 fails where AI plugins have counted for more than a week.",
    remedy: "Upgrade to 3.11.0.1 or later instead.",
    source: page("known-issues-in-3-11-0-0"),
    concerns: (change) => versionSteps(change).some(({ to }) => compareVersions(to, "3.11.0.0") === 0),
  },
  {
    id: "kong/3.12/kafka-consume",
    since: "3.12.0",
    wrong: "A kafka-consume plugin of a service has no effect any more.",
    remedy: "Attach it to a route.",
    source: page("kafka-consume-plugin-removed-support-for-service-scoping"),
  },
  {
    id: "kong/3.13/empty-objects",
    since: "3.13.0",
    wrong: "The Admin API answers an empty map as {}, where it answered [].",
    remedy: "Let scripts take an object there.",
    source: page("admin-api-empty-value-encoding"),
  },
  {
    id: "kong/3.14/tls-certificate-verify",
    since: "3.14.0",
    wrong:
      "Certificates are verified by default: with pg_ssl_verify=off a node may not start, and what has tls_verify or ssl_verify off cannot be changed.",
    remedy:
      "Give lua_ssl_trusted_certificate the authorities, set pg_ssl_verify to on, and verification in services and plugins; or tls_certificate_verify to off.",
    source: page("tls-certificate-verify-by-default"),
    concerns: (change) => given(change, "tls_certificate_verify") !== "off",
  },
  {
    id: "kong/3.14/https-routes",
    since: "3.14.0",
    wrong: "A new route takes https alone unless it names its protocols.",
    remedy: "Let automation name the protocols of the routes that it makes.",
    source: page("route-protocol-defaults-change"),
  },
  {
    id: "kong/3.14/untrusted-lua",
    since: "3.14.0",
    wrong: "Lua code in the configuration runs under the mode strict, which has no network.",
    remedy: "Test serverless functions under it, or set untrusted_lua.",
    source: page("lua-sandboxing-security-fixes"),
    concerns: isNotGiven("untrusted_lua"),
  },
  {
    id: "kong/3.14/event-hook-signature",
    since: "3.14.0",
    wrong: "Event hooks are signed with HMAC-SHA256, no longer with HMAC-SHA1.",
    remedy: "Let their receivers check the new signature.",
    source: page("sha1-algorithm-removal"),
  },
  {
    id: "kong/3.15/expired-licence",
    since: "3.15.0",
    wrong: "With an expired licence the Admin API is read-only.",
    remedy: "Look when the licence ends, and renew it before.",
    source: page("license-expiration-changes"),
  },
  {
    id: "kong/3.15/workspace-names",
    since: "3.15.0",
    wrong: "A workspace with the name of an Admin API path stops the migrations and the start.",
    remedy: "Rename such workspaces first; GET /endpoints lists the paths.",
    source: page("workspace-names"),
  },
];

/** What breaks in an upgrade, by the first version that has it, oldest first. */
export const breakingChanges: BreakingChange[] = [...ofEachLine, ...conversions].sort((a, b) =>
  compareVersions(a.since, b.since),
);
