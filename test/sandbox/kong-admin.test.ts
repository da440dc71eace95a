import assert from "node:assert/strict";
import { http, KongNode, until, type Reply } from "./kong-node";
import { startPostgres, type TestPostgres } from "./postgres";

// The facts are those of Kong's own source: kong/api/endpoints.lua, kong/api/routes/*.lua, kong/db/errors.lua,
// kong/db/schema/entities/*.lua, at https://github.com/Kong/kong; what its clients ask is in https://github.com/Kong/go-kong.
describe("Kong twin: Admin API", () => {
  let postgres: TestPostgres;
  let kong: KongNode;
  const nodes: KongNode[] = [];
  const UUID = /^[0-9a-f-]{36}$/;

  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    http(`${kong.admin}${path}`, { method, body, ...(headers ? { headers } : {}) });
  const data = ({ json }: Reply) => json.data as Record<string, unknown>[];

  async function node(version: string, database: string): Promise<KongNode> {
    const made = await KongNode.on(postgres, database, version);
    nodes.push(made);
    return made;
  }

  before(async () => {
    postgres = await startPostgres();
    kong = await node("3.9.1", await postgres.createDatabase("admin"));
    await kong.kong("migrations bootstrap -q");
    await kong.start();
  });
  after(async () => {
    await Promise.all(nodes.map((one) => one.remove()));
    await postgres.stop();
  });

  it("GET / tells version, edition, hostname, node_id and the plugins of the server (kong/api/routes/kong.lua)", async () => {
    const { status, json } = await send("GET", "/");
    assert.equal(status, 200);
    assert.deepEqual([json.version, json.edition, json.tagline], ["3.9.1", "community", "Welcome to kong"]);
    assert.match(String(json.node_id), UUID);
    const { available_on_server: available } = json.plugins as {
      available_on_server: Record<string, unknown>;
    };
    assert.deepEqual(available["key-auth"], { version: "3.9.1", priority: 1250 });
    const status2 = await send("GET", "/status");
    assert.deepEqual(status2.json.database, { reachable: true });
  });

  it("POST creates with Kong's defaults and answers 201; url stands for its parts (entities/services.lua)", async () => {
    const { status, json } = await send("POST", "/services", {
      name: "made",
      url: "https://example.com/base",
    });
    assert.equal(status, 201);
    const { id, created_at, updated_at, ...rest } = json;
    assert.match(String(id), UUID);
    assert.ok(Number.isInteger(created_at) && created_at === updated_at);
    assert.deepEqual(rest, {
      name: "made",
      protocol: "https",
      host: "example.com",
      port: 443,
      path: "/base",
      retries: 5,
      connect_timeout: 60000,
      write_timeout: 60000,
      read_timeout: 60000,
      enabled: true,
      tags: null,
      client_certificate: null,
      tls_verify: null,
      tls_verify_depth: null,
      ca_certificates: null,
    });
  });

  it("a form is read by the fields' types (kong/api/arguments.lua)", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const made = await send(
      "POST",
      "/services/made/routes",
      "name=formed&paths[]=/a&paths[]=/b&strip_path=false",
      form,
    );
    assert.equal(made.status, 201);
    assert.deepEqual([made.json.paths, made.json.strip_path], [["/a", "/b"], false]);
    const limited = await send("POST", "/routes/formed/plugins", "name=rate-limiting&config.minute=5", form);
    assert.equal((limited.json.config as { minute: number }).minute, 5);
    assert.equal((await send("POST", "/services", "x", { "content-type": "text/plain" })).status, 415);
    const broken = await send("POST", "/services", "{", { "content-type": "application/json" });
    assert.deepEqual([broken.status, broken.json], [400, { message: "Cannot parse JSON body" }]);
  });

  it("what breaks the schema is told by field: 400, code 2 (kong/db/errors.lua, schema_violation)", async () => {
    const one = await send("POST", "/services", { name: "bad" });
    assert.deepEqual(
      [one.status, one.json],
      [
        400,
        {
          message: "schema violation (host: required field missing)",
          name: "schema violation",
          code: 2,
          fields: { host: "required field missing" },
        },
      ],
    );
    const two = await send("POST", "/services", { host: "x", port: 70000, colour: "red" });
    assert.equal(
      two.json.message,
      "2 schema violations (colour: unknown field; port: value should be between 0 and 65535)",
    );
    const plugin = await send("POST", "/plugins", { name: "nonesuch" });
    assert.match(
      String(plugin.json.message),
      /plugin 'nonesuch' not enabled; add it to the 'plugins' configuration property/,
    );
    const empty = await send("POST", "/routes", { service: null });
    assert.match(String(empty.json.message), /must set one of 'methods', 'hosts', 'headers'/);
    const consumer = await send("POST", "/consumers", {});
    assert.match(
      String(consumer.json.message),
      /at least one of these fields must be non-empty: 'custom_id', 'username'/,
    );
  });

  it("a second of a unique name is 409, code 5; so is a second plugin of a kind on one route (errors.lua, unique_violation)", async () => {
    const { status, json } = await send("POST", "/services", { name: "made", host: "x" });
    assert.equal(status, 409);
    assert.deepEqual(json, {
      message: `UNIQUE violation detected on '{name="made"}'`,
      name: "unique constraint violation",
      code: 5,
      fields: { name: "made" },
    });
    const plugin = await send("POST", "/routes/formed/plugins", {
      name: "rate-limiting",
      config: { minute: 1 },
    });
    assert.equal(plugin.status, 409);
    assert.match(
      String(plugin.json.message),
      /^UNIQUE violation detected on '\{consumer=null,name="rate-limiting",route=\{id=/,
    );
  });

  it("a foreign key must exist, and what is referenced stays: 400, code 4 (errors.lua, foreign_key_violation)", async () => {
    const id = "00000000-0000-4000-8000-000000000000";
    const missing = await send("POST", "/routes", { paths: ["/x"], service: { id } });
    assert.equal(missing.status, 400);
    assert.equal(
      missing.json.message,
      `the foreign key '{id="${id}"}' does not reference an existing 'services' entity.`,
    );
    const used = await send("DELETE", "/services/made");
    assert.deepEqual(
      [used.status, used.json.code, used.json.message],
      [400, 4, "an existing 'routes' entity references this 'services' entity"],
    );
  });

  it("PUT creates or replaces by id and by name, PATCH merges, DELETE is 204 even if there is nothing (endpoints.lua)", async () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const made = await send("PUT", `/consumers/${id}`, { username: "put", tags: ["t"] });
    assert.deepEqual([made.status, made.json.id, made.json.username], [200, id, "put"]);
    const replaced = await send("PUT", `/consumers/put`, { custom_id: "c" });
    assert.deepEqual([replaced.json.id, replaced.json.custom_id, replaced.json.tags], [id, "c", null]);
    const named = await send("PUT", "/services/by-name", { host: "a" });
    assert.deepEqual([named.status, named.json.name], [200, "by-name"]);
    const patched = await send("PATCH", "/services/by-name", { port: 81 });
    assert.deepEqual([patched.status, patched.json.host, patched.json.port], [200, "a", 81]);
    assert.equal((await send("PATCH", "/services/none", { port: 81 })).status, 404);
    assert.equal((await send("DELETE", "/services/by-name")).status, 204);
    assert.equal((await send("DELETE", "/services/by-name")).status, 204);
    const gone = await send("GET", "/services/by-name");
    assert.deepEqual([gone.status, gone.json], [404, { message: "Not found" }]);
    assert.equal((await send("DELETE", "/services")).status, 405);
  });

  it("collections are paged by size and offset, next is a path, and sizes go from 1 to 1000 (endpoints.lua)", async () => {
    for (let index = 0; index < 5; index += 1)
      await send("POST", "/consumers", { username: `page${index}`, tags: ["paged"] });
    const seen: unknown[] = [];
    let path: string | null = "/consumers?size=2&tags=paged";
    let pages = 0;
    while (path !== null) {
      const page: Reply = await send("GET", path);
      seen.push(...data(page).map(({ username }) => username));
      path = page.json.next as string | null;
      pages += 1;
    }
    assert.deepEqual([pages, seen.sort()], [3, ["page0", "page1", "page2", "page3", "page4"]]);
    const wrong = await send("GET", "/consumers?size=1001");
    assert.deepEqual([wrong.status, wrong.json.code], [400, 9]);
    assert.deepEqual([(await send("GET", "/consumers?offset=!")).json.code], [7]);
  });

  it("tags filter by all of a,b or any of a/b, and /tags lists who carries them (endpoints.lua, routes/tags.lua)", async () => {
    await send("POST", "/consumers", { username: "ab", tags: ["a", "b"] });
    await send("POST", "/consumers", { username: "b", tags: ["b"] });
    const names = async (tags: string) =>
      data(await send("GET", `/consumers?tags=${tags}`)).map((one) => one.username);
    assert.deepEqual(await names("a,b"), ["ab"]);
    assert.deepEqual((await names("a/b")).sort(), ["ab", "b"]);
    const tagged = data(await send("GET", "/tags/a"));
    assert.deepEqual([tagged.length, tagged[0]?.entity_name, tagged[0]?.tag], [1, "consumers", "a"]);
  });

  it("what belongs to something is reached below it: key-auth, plugins, routes, targets (endpoints.lua, nested endpoints)", async () => {
    const key = await send("POST", "/consumers/ab/key-auth", { key: "secret" });
    assert.deepEqual([key.status, key.json.key], [201, "secret"]);
    assert.equal(data(await send("GET", "/key-auths")).length, 1);
    assert.equal(data(await send("GET", "/consumers/ab/key-auth")).length, 1);
    assert.equal((await send("GET", `/consumers/b/key-auth/${String(key.json.id)}`)).status, 404);
    assert.match(
      String((await send("POST", "/consumers/ab/key-auth", {})).json.key),
      /^\w/,
      "a key of its own",
    );
    assert.equal((await send("GET", "/routes/formed/service")).json.name, "made");
    assert.equal(data(await send("GET", "/services/made/routes"))[0]?.name, "formed");
    await send("POST", "/upstreams", { name: "pool" });
    const target = await send("POST", "/upstreams/pool/targets", { target: "127.0.0.1:1", weight: 10 });
    assert.equal(target.status, 201);
    assert.equal((await send("POST", "/upstreams/pool/targets", { target: "127.0.0.1:1" })).status, 409);
    assert.equal((await send("DELETE", "/upstreams/pool/targets/127.0.0.1:1")).status, 204);
    assert.equal((await send("GET", "/targets")).status, 404, "no collection of its own");
  });

  it("answers what decK asks before a dump, a diff and a sync (go-kong: kong, schemas, empty collections)", async () => {
    assert.equal((await send("GET", "/kong")).json.version, "3.9.1");
    assert.equal((await send("GET", "/default/services")).status, 200);
    const schema = await send("GET", "/schemas/plugins/rate-limiting");
    const fields = schema.json.fields as Record<
      string,
      { fields: Record<string, { default?: unknown }>[] }
    >[];
    const config = fields.find((field) => field.config)?.config?.fields ?? [];
    assert.equal(config.find((field) => field.policy)?.policy?.default, "local");
    assert.equal((await send("GET", "/schemas/services")).status, 200);
    assert.deepEqual((await send("GET", "/schemas/plugins/none")).json, {
      message: "No plugin named 'none'",
    });
    for (const path of ["certificates", "ca_certificates", "vaults", "acls", "basic-auths", "jwts"]) {
      assert.deepEqual((await send("GET", `/${path}?size=1000`)).json, { data: [], next: null }, path);
    }
    assert.equal((await send("GET", "/consumer_groups")).status, 404, "not in the community edition");
    const valid = await send("POST", "/schemas/services/validate", { host: "x" });
    assert.deepEqual([valid.status, valid.json], [200, { message: "schema validation successful" }]);
  });

  it("another node of the database sees a change within a second or two (kong/cluster_events)", async () => {
    const other = await (await node("3.9.1", "admin")).start();
    await send("POST", "/routes", { name: "seen", paths: ["/seen"] });
    const status = async (at: KongNode) => (await http(`${at.proxy}/seen`)).status;
    assert.equal(await status(kong), 503, "at once on the node that took it: a route without a service");
    await until("the other node", async () => (await status(other)) === 503, 3);
    await http(`${other.admin}/routes/seen`, { method: "DELETE" });
    assert.equal(await status(other), 404);
    await until("the first node", async () => (await status(kong)) === 404, 3);
  });

  it("a later version shows the fields that its migrations added, with their defaults; ids stay (db/migrations)", async () => {
    const before = (await send("GET", "/services/made")).json;
    await send("POST", "/upstreams/pool/targets", { target: "127.0.0.1:2" });
    const later = await node("3.13.0.0", "admin");
    await later.kong("migrations up -q");
    await later.kong("migrations finish -q");
    await later.start();
    const after = (await http(`${later.admin}/services/made`)).json;
    assert.deepEqual(after, { ...before, tls_sans: null });
    const targets = data(await http(`${later.admin}/upstreams/pool/targets`));
    assert.equal(targets[0]?.failover, false);
    assert.equal((await http(later.admin)).json.edition, "enterprise");
  });

  it("since 3.14 a new route takes https only, unless it says otherwise (Kong Gateway 3.14, breaking changes)", async () => {
    const last = await node("3.14.0.2", await postgres.createDatabase("last"));
    await last.kong("migrations bootstrap -q");
    await last.start();
    assert.deepEqual((await last.create("routes", { paths: ["/x"] })).protocols, ["https"]);
    assert.equal((await http(`${last.proxy}/x`)).status, 426);
  });
});
