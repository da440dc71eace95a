import assert from "node:assert/strict";
import type { Change } from "../../products/change";
import { versionSteps } from "../../products/steps";
import { kong } from "../../products/kong";
import type { BreakingChange } from "../../products/product";
import { compareVersions, parseVersion, version } from "../../products/version";
import { subsystemsOf } from "../../sandbox/kong/migrations";
import { createMeta } from "../../sandbox/kong/migrations/meta";
import { LINES, parseVersion as twinVersion } from "../../sandbox/kong/version";
import { schema } from "../../stacks/config/schema";
import { startPostgres, type TestPostgres } from "../sandbox/postgres";
import { changeOf } from "./changes";
import { release, slot } from "./releases";

const lines = ["2.8", ...Array.from({ length: 16 }, (_, minor) => `3.${minor}`)];
const ids = (changes: BreakingChange[]) => changes.map(({ id }) => id);

interface With {
  properties?: Record<string, string>;
  role?: string;
  customPlugin?: boolean;
}

function step(from: string, to: string, { properties = {}, role = "traditional", customPlugin }: With = {}) {
  const own = { name: "own", version: "1.0.0", tables: {} };
  return changeOf({
    next: release({ blue: slot(from), green: slot(to, { settings: { role, properties } }) }, 100),
    asked: { acknowledge: [], customPlugins: customPlugin ? [own] : [], production: false },
  });
}

/** The breaking changes that lie on a change's path and concern it. */
function onThePathOf(change: Change): BreakingChange[] {
  return kong.breakingChanges.filter(
    ({ since, concerns }) =>
      versionSteps(change).some(
        ({ from, to }) => compareVersions(from, since) < 0 && compareVersions(since, to) <= 0,
      ) &&
      (concerns?.(change) ?? true),
  );
}

/** Every guaranteed step from one line to another. */
const steps = lines.flatMap((from) =>
  lines
    .map((to): [string, string] => [`${from}.0`, `${to}.0`])
    .filter(([old, target]) => compareVersions(old, target) < 0 && kong.path(old, target).guaranteed),
);

describe("Kong's breaking changes", () => {
  it("each has an id of its own that names its line, a version, and a page", () => {
    assert.equal(new Set(ids(kong.breakingChanges)).size, kong.breakingChanges.length);
    for (const { id, since, source, wrong, remedy } of kong.breakingChanges) {
      assert.ok(parseVersion(since), id);
      assert.ok(id.startsWith(`kong/${version(since).line}/`), id);
      assert.match(source, /^https:\/\/developer\.konghq\.com\/gateway\//, id);
      for (const sentence of [wrong, remedy]) assert.match(sentence, /^[^\n]{10,}\.$/, id);
    }
  });
  it("they are in the order of their versions", () => {
    const sinces = kong.breakingChanges.map(({ since }) => since);
    assert.deepEqual(sinces, [...sinces].sort(compareVersions));
  });
  it("config takes every id in gateway:acknowledge", () => {
    const parsed = schema.safeParse({ product: "kong", acknowledge: ids(kong.breakingChanges) });
    assert.ok(parsed.success, parsed.error?.message);
  });
  it("each lies on the guaranteed step into its line, once, for whom it concerns", () => {
    const everything: With = {
      properties: { admin_api_uri: "x", tracing: "x", wasm: "on" },
      role: "data_plane",
      customPlugin: true,
    };
    for (const { id, since } of kong.breakingChanges) {
      const into = steps.filter(([, to]) => version(to).line === version(since).line);
      const met = into.filter(([from]) => {
        const found = ids(onThePathOf(step(from, since, everything)));
        assert.equal(new Set(found).size, found.length);
        return found.includes(id);
      });
      // 3.0 and 3.1 are no guaranteed step from 2.8: what they broke is met by the way to 3.4.
      const met34 = ids(onThePathOf(step("2.8.4", "3.4.3.5", everything))).includes(id);
      assert.ok(met.length > 0 || met34, id);
    }
  });
  it("a patch breaks nothing that its line had before", () => {
    for (const line of lines) assert.deepEqual(ids(onThePathOf(step(`${line}.0`, `${line}.1`))), [], line);
  });

  const cases: [string, Change, id: string, concerned: boolean][] = [
    ["TLS verification left on", step("3.13.0", "3.14.0"), "kong/3.14/tls-certificate-verify", true],
    [
      "TLS verification turned off",
      step("3.13.0", "3.14.0", { properties: { tls_certificate_verify: "off" } }),
      "kong/3.14/tls-certificate-verify",
      false,
    ],
    ["a jump between LTS releases", step("3.10.0.11", "3.14.0"), "kong/3.14/deck-file-convert", true],
    ["the next minor, an LTS release", step("3.13.0", "3.14.0"), "kong/3.14/deck-file-convert", false],
    ["every new route", step("3.10.0.11", "3.14.0"), "kong/3.14/https-routes", true],
    ["the old OpenSSL of 3.4", step("3.4.3.4", "3.10.0"), "kong/3.6/tls-security-level", true],
    ["the new OpenSSL of 3.4", step("3.4.3.5", "3.10.0"), "kong/3.6/tls-security-level", false],
    ["the patch that brings it", step("3.4.3.4", "3.4.3.5"), "kong/3.4/tls-security-level", true],
    ["3.11.0.0 itself", step("3.10.0", "3.11.0.0"), "kong/3.11/llm-licence-data", true],
    ["3.11.0.1, which mends it", step("3.10.0", "3.11.0.1"), "kong/3.11/llm-licence-data", false],
    ["no custom plugins", step("3.7.0", "3.8.0"), "kong/3.8/custom-plugins-redis", false],
    ["custom plugins", step("3.7.0", "3.8.0", { customPlugin: true }), "kong/3.8/custom-plugins-redis", true],
    ["a patch of the line that has it", step("3.14.0", "3.14.0.1"), "kong/3.14/https-routes", false],
  ];
  for (const [name, change, id, concerned] of cases) {
    it(`${name}: ${id} ${concerned ? "concerns it" : "does not"}`, () => {
      assert.equal(ids(onThePathOf(change)).includes(id), concerned);
    });
  }
});

describe("Kong's database", () => {
  const { configuration } = kong;
  assert.ok(configuration);
  const newest = subsystemsOf(twinVersion(`${LINES[LINES.length - 1]}.0`));

  describe("as its migrations make it", () => {
    let postgres: TestPostgres;
    const query = (sql: string) => postgres.query("kong", sql);
    const db = { query: async (sql: string) => ({ rows: await query(sql), rowCount: null }) };
    const migrate = async (wanted: (line: string) => boolean) => {
      for (const { migrations } of newest)
        for (const { up } of migrations.filter(({ since }) => wanted(since))) if (up) await query(up);
      for (const { migrations } of newest)
        for (const { teardown } of migrations.filter(({ since }) => wanted(since))) await teardown?.(db);
    };
    before(async () => {
      postgres = await startPostgres();
      await postgres.createDatabase("kong");
      await createMeta(db, "");
      await migrate((since) => compareVersions(`${since}.0`, "3.10.0") <= 0);
    });
    after(() => postgres.stop());

    it("plugins whose data it holds are counted by name and setting", async () => {
      const plugins: [name: string, config: object, enabled?: boolean][] = [
        ["rate-limiting", { policy: "cluster" }],
        ["rate-limiting", { policy: "cluster" }],
        ["rate-limiting", { policy: "redis", redis_host: "r", redis_port: 6379, redis: { host: "r" } }],
        ["rate-limiting", { policy: "cluster" }, false],
        ["rate-limiting-advanced", { strategy: "cluster" }],
        ["rate-limiting-advanced", { strategy: "local" }],
        ["response-ratelimiting", { policy: "cluster" }],
        ["session", { storage: "kong" }],
        ["session", { storage: "cookie" }],
        ["acme", { storage: "kong" }],
        ["oauth2", {}],
        ["key-auth", { storage: "kong" }],
      ];
      for (const [name, config, enabled = true] of plugins) {
        const row = `gen_random_uuid(), '${name}', '${JSON.stringify(config)}', ${enabled}`;
        await query(`INSERT INTO plugins (id, name, config, enabled) VALUES (${row})`);
      }
      const rows = await query(configuration.concernedPlugins);
      assert.deepEqual(Object.fromEntries(rows.map(({ name, count }) => [name, count])), {
        "acme (storage kong)": 1,
        oauth2: 1,
        "rate-limiting (policy cluster)": 2,
        "rate-limiting-advanced (strategy cluster)": 1,
        "response-ratelimiting (policy cluster)": 1,
        "session (storage kong)": 1,
      });
    });

    it("settings that a migration takes out are exceptions from equality", async () => {
      const settings = () => query("SELECT id, jsonb_object_keys(config) AS key FROM plugins");
      const before = (await settings()).map(({ id, key }) => `${String(id)} ${String(key)}`);
      await migrate((since) => compareVersions(`${since}.0`, "3.10.0") > 0);
      const after = new Set((await settings()).map(({ id, key }) => `${String(id)} ${String(key)}`));
      const gone = before.filter((key) => !after.has(key)).map((key) => `config.${key.split(" ")[1]}`);
      assert.deepEqual(gone.sort(), ["config.redis_host", "config.redis_port"]);
      const excepted = configuration.exceptions
        .filter(({ table, since }) => table === "plugins" && compareVersions(since, "3.10.0") > 0)
        .map(({ column }) => column);
      for (const key of gone) assert.ok(excepted.includes(key), key);
    });

    it("every table is known", async () => {
      const rows = await query("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
      assert.ok(rows.length > 15);
      for (const { name } of rows) assert.ok(configuration.kindOf(String(name)), String(name));
    });
  });

  const kinds: [kind: string | undefined, tables: string[]][] = [
    [
      "configuration",
      ["services", "routes", "plugins", "consumers", "rbac_users", "keyring_keys", "licenses"],
    ],
    [
      "run-time",
      ["oauth2_tokens", "oauth2_authorization_codes", "sessions", "session_metadatas", "acme_storage"],
    ],
    [
      "counter",
      ["ratelimiting_metrics", "response_ratelimiting_metrics", "rl_counters", "vitals_stats_hours"],
    ],
    ["internal", ["schema_meta", "locks", "cluster_events", "clustering_data_planes", "parameters", "tags"]],
    [undefined, ["tickets", "constructor", "__proto__"]],
  ];
  for (const [kind, tables] of kinds) {
    it(`${tables.join(", ")}: ${kind ?? "a plugin's of the user's own"}`, () => {
      for (const table of tables) assert.equal(configuration.kindOf(table), kind, table);
    });
  }

  it("every exception is of configuration, from a version on, and has a public source", () => {
    for (const { table, since, source } of configuration.exceptions) {
      assert.equal(configuration.kindOf(table), "configuration", table);
      assert.ok(parseVersion(since), since);
      assert.match(source, /^https:\/\//);
    }
    const each = configuration.exceptions.map(({ table, column, since }) => `${table} ${column} ${since}`);
    assert.equal(new Set(each).size, each.length);
  });

  it("supported servers are told for every line with long-term support from 3.4 on, and never from memory", () => {
    const support = kong.databaseVersions;
    assert.deepEqual(support?.byLine["3.4"], { oldest: 12, newest: 16 });
    assert.deepEqual(support?.byLine["3.10"], { oldest: 13, newest: 17 });
    assert.deepEqual(support?.byLine["3.14"], { oldest: 13, newest: 17 });
    assert.equal(support?.byLine["3.5"], undefined);
    assert.match(support?.source ?? "", /^https:\/\//);
  });
});
