import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { request } from "node:http";
import { http, KongNode, serve } from "./kong-node";
import { freePort, startPostgres, type TestPostgres } from "./postgres";

// The facts are those of Kong's own source: kong/router, kong/runloop/handler.lua, kong/plugins/rate-limiting,
// kong/plugins/key-auth, and nginx's proxy_next_upstream, at https://github.com/Kong/kong.
describe("Kong twin: proxy", () => {
  let postgres: TestPostgres;
  let kong: KongNode;
  let upstream: Awaited<ReturnType<typeof serve>>;
  const nodes: KongNode[] = [];

  interface Echo {
    url: string;
    method: string;
    headers: Record<string, string | undefined>;
    body: string;
  }
  const echo = async (path: string, options = {}): Promise<Echo> => {
    const { status, body } = await http(`${kong.proxy}${path}`, options);
    assert.equal(status, 200, body);
    return JSON.parse(body) as Echo;
  };

  before(async () => {
    postgres = await startPostgres();
    upstream = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { url, method, headers } = request;
        response.end(JSON.stringify({ url, method, headers, body: Buffer.concat(chunks).toString() }));
      });
    });
    kong = await KongNode.on(postgres, await postgres.createDatabase("proxy"), "3.9.1");
    nodes.push(kong);
    await kong.kong("migrations bootstrap -q");
    await kong.start();
    await kong.create("services", { name: "echo", url: `http://127.0.0.1:${upstream.port}/base` });
  });
  after(async () => {
    await Promise.all(nodes.map((one) => one.remove()));
    upstream.close();
    await postgres.stop();
  });

  const route = (body: Record<string, unknown>, service = "echo") =>
    kong.create(`services/${service}/routes`, body);

  it("answers 404 where no route matches (kong/runloop/handler.lua)", async () => {
    const { status, json, headers } = await http(`${kong.proxy}/nowhere`);
    assert.equal(status, 404);
    assert.equal(json.message, "no Route matched with those values");
    assert.equal(json.request_id, headers["x-kong-request-id"]);
    assert.equal(headers.server, "kong/3.9.1");
  });

  it("routes by host, path and method: the route that asks for most, then the longest path; strips the path (kong/router)", async () => {
    await route({ name: "short", paths: ["/p"] });
    await route({ name: "long", paths: ["/p/long"], strip_path: false });
    await route({ name: "hosted", paths: ["/p"], hosts: ["api.test"], strip_path: false });
    await route({ name: "posted", paths: ["/m"], methods: ["POST"] });
    assert.equal((await echo("/p/x?q=1")).url, "/base/x?q=1");
    assert.equal((await echo("/p")).url, "/base");
    assert.equal((await echo("/p/long/x")).url, "/base/p/long/x");
    assert.equal((await echo("/p/x", { headers: { host: "api.test" } })).url, "/base/p/x");
    assert.equal((await http(`${kong.proxy}/m`)).status, 404);
    assert.equal((await echo("/m", { method: "POST", body: "text" })).body, "text");
  });

  it("sends Via, X-Forwarded-* and X-Kong-Request-Id up, and Via, latencies and the id down (runloop/handler.lua, since 3.8)", async () => {
    const { headers, body } = await http(`${kong.proxy}/p/x`, {
      headers: { connection: "x-own", "x-own": "1" },
    });
    assert.equal(headers.via, "1.1 kong/3.9.1");
    assert.match(String(headers["x-kong-upstream-latency"]), /^\d+$/);
    assert.match(String(headers["x-kong-proxy-latency"]), /^\d+$/);
    const up = (JSON.parse(body) as Echo).headers;
    assert.equal(up.via, "1.1 kong/3.9.1");
    assert.equal(up["x-kong-request-id"], headers["x-kong-request-id"]);
    assert.equal(up.host, `127.0.0.1:${upstream.port}`, "not preserved");
    assert.deepEqual(
      [up["x-forwarded-for"], up["x-forwarded-proto"], up["x-forwarded-host"], up["x-forwarded-prefix"]],
      ["127.0.0.1", "http", "127.0.0.1", "/p"],
    );
    assert.equal(up["x-own"], undefined, "belongs to the connection");
  });

  it("streams a large body both ways", async () => {
    const body = "x".repeat(2_000_000);
    assert.equal((await echo("/p", { method: "POST", body })).body.length, body.length);
    const chunked = await new Promise<string>((done, fail) => {
      const sent = request(`${kong.proxy}/p`, { method: "POST", agent: false }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => done((JSON.parse(text) as Echo).body));
      });
      sent.on("error", fail);
      sent.write("one ");
      setTimeout(() => sent.end("two"), 50);
    });
    assert.equal(chunked, "one two");
  });

  it("tries again what was not sent, on the upstream's other targets, POST too; else 502 (nginx, proxy_next_upstream)", async () => {
    await kong.create("upstreams", { name: "pool" });
    await kong.create("upstreams/pool/targets", { target: `127.0.0.1:${await freePort()}` });
    await kong.create("upstreams/pool/targets", { target: `127.0.0.1:${upstream.port}` });
    await kong.create("services", { name: "pooled", host: "pool" });
    await route({ paths: ["/pool"] }, "pooled");
    for (let turn = 0; turn < 4; turn += 1) {
      assert.equal((await echo("/pool", { method: "POST", body: "again" })).body, "again");
    }
    await kong.create("services", { name: "dead", url: `http://127.0.0.1:${await freePort()}` });
    await route({ paths: ["/dead"] }, "dead");
    const { status, json } = await http(`${kong.proxy}/dead`);
    assert.equal(status, 502);
    assert.equal(json.message, "An invalid response was received from the upstream server");
  });

  it("does not send a POST twice once its bytes are out, but a GET (nginx, proxy_next_upstream non_idempotent)", async () => {
    let connections = 0;
    const server = createServer((socket: Socket) => {
      connections += 1;
      socket.on("error", () => undefined);
      socket.once("data", () => socket.destroy());
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await kong.create("services", { name: "cutting", url: `http://127.0.0.1:${port}`, retries: 2 });
    await route({ paths: ["/cut"] }, "cutting");
    assert.equal((await http(`${kong.proxy}/cut`, { method: "POST", body: "once" })).status, 502);
    assert.equal(connections, 1);
    assert.equal((await http(`${kong.proxy}/cut`)).status, 502);
    assert.equal(connections, 4);
    server.close();
  });

  it("key-auth lets in who has a key, and tells the upstream who it is (kong/plugins/key-auth/handler.lua)", async () => {
    await route({ name: "keyed", paths: ["/keyed"] });
    await kong.create("routes/keyed/plugins", { name: "key-auth", config: { hide_credentials: true } });
    await kong.create("consumers", { username: "ann", custom_id: "a-1" });
    await kong.create("consumers/ann/key-auth", { key: "k-1" });
    const none = await http(`${kong.proxy}/keyed`);
    assert.deepEqual([none.status, none.json.message], [401, "No API key found in request"]);
    assert.equal(none.headers["www-authenticate"], "Key");
    const wrong = await http(`${kong.proxy}/keyed`, { headers: { apikey: "k-2" } });
    assert.deepEqual([wrong.status, wrong.json.message], [401, "Unauthorized"]);
    const { headers } = await echo("/keyed", { headers: { apikey: "k-1" } });
    assert.deepEqual([headers["x-consumer-username"], headers["x-consumer-custom-id"]], ["ann", "a-1"]);
    assert.equal(headers.apikey, undefined, "hidden");
    assert.equal((await echo("/keyed?apikey=k-1&x=1")).url, "/base?x=1");
  });

  it("rate-limiting by this node: headers, then 429 with Retry-After (kong/plugins/rate-limiting/handler.lua)", async () => {
    await route({ name: "local", paths: ["/local"] });
    await kong.create("routes/local/plugins", {
      name: "rate-limiting",
      config: { hour: 2, policy: "local" },
    });
    const first = await http(`${kong.proxy}/local`);
    assert.deepEqual(
      ["limit", "remaining"].map((name) => first.headers[`ratelimit-${name}`]),
      ["2", "1"],
    );
    assert.equal(first.headers["x-ratelimit-limit-hour"], "2");
    assert.equal((await http(`${kong.proxy}/local`)).headers["x-ratelimit-remaining-hour"], "0");
    const over = await http(`${kong.proxy}/local`);
    assert.deepEqual([over.status, over.json.message], [429, "API rate limit exceeded"]);
    assert.equal(over.headers["retry-after"], over.headers["ratelimit-reset"]);
  });

  it("rate-limiting by the cluster is counted in the database, for all its nodes (rate-limiting/policies/cluster.lua)", async () => {
    const other = await KongNode.on(postgres, "proxy", "3.9.1");
    nodes.push(other);
    await route({ name: "shared", paths: ["/shared"] });
    await kong.create("routes/shared/plugins", {
      name: "rate-limiting",
      config: { hour: 10, policy: "cluster" },
    });
    for (let turn = 0; turn < 6; turn += 1) assert.equal((await http(`${kong.proxy}/shared`)).status, 200);
    await new Promise((done) => setTimeout(done, 200));
    await other.start();
    const statuses: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) statuses.push((await http(`${other.proxy}/shared`)).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
    await new Promise((done) => setTimeout(done, 200));
    const [row] = await postgres.query("proxy", `SELECT sum(value)::int AS sum FROM ratelimiting_metrics`);
    assert.equal(row?.sum, 10);
  });

  it("request-termination and correlation-id do as they say (kong/plugins)", async () => {
    await route({ name: "ended", paths: ["/ended"] });
    await kong.create("routes/ended/plugins", {
      name: "request-termination",
      config: { status_code: 403, message: "closed" },
    });
    await kong.create("routes/ended/plugins", { name: "correlation-id", config: { echo_downstream: true } });
    const { status, json, headers } = await http(`${kong.proxy}/ended`);
    assert.deepEqual([status, json], [403, { message: "closed" }]);
    assert.match(String(headers["kong-request-id"]), /#1$/);
  });

  it("the configuration outlives a restart", async () => {
    await kong.kong("quit");
    await kong.start();
    assert.equal((await echo("/p/x")).url, "/base/x");
    assert.equal((await http(`${kong.proxy}/shared`)).status, 429, "the cluster's counters too");
  });
});
