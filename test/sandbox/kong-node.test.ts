import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Agent, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { http, KongNode, serve, until } from "./kong-node";
import { startPostgres, type TestPostgres } from "./postgres";

/** Takes an answer only after a while; resolves with its length. */
function readLater(url: string, wait: number): Promise<number> {
  return new Promise((done, fail) => {
    const agent = new Agent({ keepAlive: true });
    const sent = request(url, { agent }, (response) => {
      let length = 0;
      response.on("error", fail);
      response.on("end", () => done(length));
      setTimeout(() => response.on("data", (chunk: Buffer) => (length += chunk.length)), wait);
    });
    sent.on("error", fail);
    sent.end();
  });
}

// The facts are those of Kong's own source: kong/cmd/start.lua, quit.lua, health.lua, drain.lua, kong/status/ready.lua
// and kong/api/routes/health.lua, at https://github.com/Kong/kong.
describe("Kong twin: a node's life", () => {
  let postgres: TestPostgres;
  let upstream: { port: number; server: Server; close: () => void };
  /** One that most of the tests look at; the last of them ends it. */
  let running: KongNode;
  /** Answers that a test lets go when it is time. */
  const held: (() => void)[] = [];
  const nodes: KongNode[] = [];
  let databases = 0;

  async function node(version: string, from = version, env: Record<string, string> = {}) {
    const made = await KongNode.bootstrapped(postgres, `node${(databases += 1)}`, version, { from, env });
    nodes.push(made);
    return made;
  }

  async function beside(other: KongNode, version: string, env: Record<string, string> = {}) {
    const made = await KongNode.on(postgres, other.env.KONG_PG_DATABASE ?? "", version, env);
    nodes.push(made);
    return made;
  }

  before(async () => {
    postgres = await startPostgres();
    upstream = await serve((asked, response) => {
      const late = Number(/late=(\d+)/.exec(asked.url ?? "")?.[1] ?? 0);
      const size = Number(/size=(\d+)/.exec(asked.url ?? "")?.[1] ?? 0);
      if (asked.url?.includes("held")) held.push(() => response.end("hello"));
      else setTimeout(() => response.end(size > 0 ? Buffer.alloc(size) : "hello"), late).unref();
    });
    running = await (await node("3.9.1")).start();
    await route(running);
  });
  after(async () => {
    await Promise.all(nodes.map((one) => one.remove()));
    upstream.close();
    await postgres.stop();
  });

  async function route(kong: KongNode) {
    const service = await kong.create("services", { name: "s", url: `http://127.0.0.1:${upstream.port}` });
    await kong.create("routes", { paths: ["/r"], protocols: ["http", "https"], service: { id: service.id } });
  }

  it("start refuses a database that needs bootstrapping, or has new migrations (kong/cmd/utils/migrations.lua, check_state)", async () => {
    const kong = await KongNode.on(postgres, await postgres.createDatabase("empty"), "3.10.0");
    nodes.push(kong);
    const empty = await kong.kong("start");
    assert.equal(empty.code, 1);
    assert.match(empty.stderr, /^Error: Database needs bootstrapping or is older than Kong 1\.0/);
    await kong.kong("migrations bootstrap", { version: "3.9.1" });
    const old = await kong.kong("start");
    assert.equal(old.code, 1);
    assert.match(old.stderr, /^Error: New migrations available; run 'kong migrations up' to proceed/);
    await kong.kong("migrations up");
    const pending = await kong.kong("start");
    assert.equal(pending.code, 0, "pending ones are only told");
    assert.equal(pending.stdout, "Kong started\n");
  });

  it("an old node starts again after up and after finish, without a warning; what finish took is missed only in use", async () => {
    const kong = await node("3.10.0", "3.9.1");
    const old = await beside(kong, "3.9.1");
    await kong.kong("migrations up");
    await old.start();
    const created = await http(`${old.admin}/consumers`, { method: "POST", body: { username: "ann" } });
    assert.equal(created.status, 201);
    await kong.kong("migrations finish");
    await old.kong("stop");
    await until("old node gone", async () => (await old.kong("health")).code === 1);
    const again = await old.kong("start");
    assert.deepEqual([again.code, again.stderr], [0, ""]);
    assert.equal((await http(`${old.status}/status/ready`)).status, 200);
    assert.equal((await http(`${old.admin}/consumers`)).status, 500);
  });

  it("start refuses a prefix in use and ports in use; health and quit tell that nothing runs (start.lua, quit.lua, health.lua)", async () => {
    const kong = running;
    const twice = await kong.kong("start");
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /^Error: Kong is already running in /);
    const ports = { KONG_PROXY_LISTEN: kong.env.KONG_PROXY_LISTEN ?? "" };
    const other = await beside(kong, "3.9.1", ports);
    const busy = await other.kong("start");
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /bind\(\) to 127\.0\.0\.1:\d+ failed \(98: Address already in use\)/);
    assert.equal((await kong.kong("health")).code, 0);
    const health = await other.kong("health");
    assert.equal(health.code, 1);
    assert.match(health.stderr, /^Error: Kong is not running at /);
    const quit = await other.kong("quit");
    assert.equal(quit.code, 1);
    assert.match(quit.stderr, /nginx not running in prefix/);
  });

  it("the password is in no command line, log or answer, and only in an owner's file (kong/cmd/utils/prefix_handler.lua)", async () => {
    const kong = running;
    const argv = readFileSync(`/proc/${kong.pid()}/cmdline`, "utf8");
    const environment = readFileSync(`/proc/${kong.pid()}/environ`, "utf8");
    const root = await http(kong.admin);
    for (const text of [argv, environment, kong.log(), root.body])
      assert.ok(!text.includes(postgres.password));
    assert.equal((root.json.configuration as { pg_password: string }).pg_password, "******");
    assert.equal(statSync(join(kong.prefix, ".kong_env")).mode & 0o777, 0o600);
    const holders = readdirSync(kong.prefix, { recursive: true, withFileTypes: true })
      .filter(
        (one) =>
          one.isFile() && readFileSync(join(one.parentPath, one.name), "utf8").includes(postgres.password),
      )
      .map(({ name }) => name);
    assert.deepEqual(holders, [".kong_env"]);
  });

  it("quit ends the node by force after -t, at least 1 s, and exits 0 without 'gracefully'; -w waits first (quit.lua)", async () => {
    const kong = await (await node("3.9.1")).start();
    await route(kong);
    const cut = assert.rejects(http(`${kong.proxy}/r?late=60000`));
    await new Promise((done) => setTimeout(done, 100));
    const started = Date.now();
    const { code, stdout } = await kong.kong("quit --timeout 1 --wait 1");
    assert.deepEqual([code, stdout], [0, "Timeout, Kong stopped forcefully\n"]);
    assert.ok(Date.now() - started >= 2000);
    await cut;
  });

  it("a database that is gone: /status is 200 with reachable false, /status/ready 503, and the proxy serves on (health.lua, ready.lua)", async () => {
    const kong = running;
    const database = kong.env.KONG_PG_DATABASE ?? "";
    assert.deepEqual((await http(`${kong.status}/status`)).json.database, { reachable: true });
    await postgres.query("postgres", `ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS false`);
    await postgres.query(
      "postgres",
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
    );
    const status = await http(`${kong.status}/status`);
    assert.deepEqual([status.status, status.json.database], [200, { reachable: false }]);
    const ready = await http(`${kong.status}/status/ready`);
    assert.deepEqual([ready.status, ready.json], [503, { message: "failed to connect to database" }]);
    assert.equal((await http(`${kong.proxy}/r`)).status, 200);
    await postgres.query("postgres", `ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS true`);
    assert.equal((await http(`${kong.status}/status/ready`)).status, 200);
  });

  it("drain makes /status/ready 503 for good; /status stays 200 and the proxy serves on (kong/cmd/drain.lua, status/ready.lua)", async () => {
    const kong = running;
    assert.deepEqual((await http(`${kong.status}/status/ready`)).json, { message: "ready" });
    const { code, stdout } = await kong.kong("drain");
    assert.deepEqual([code, stdout], [0, "Kong's status successfully changed to 'draining'\n"]);
    const ready = await http(`${kong.status}/status/ready`);
    assert.deepEqual([ready.status, ready.json], [503, { message: "draining" }]);
    assert.equal((await http(`${kong.status}/status`)).status, 200);
    assert.equal((await http(`${kong.proxy}/r`)).status, 200);
    const old = await kong.kong("drain", { version: "3.8.0" });
    assert.equal(old.code, 1, "3.8 has no drain");
  });

  it("faults: a crash at the start, and ones that a file switches on a running node", async () => {
    const dir = mkdtempSync(join(tmpdir(), "kong-twin-faults-"));
    const file = join(dir, "faults");
    const kong = await node("3.10.0", "3.10.0", { KONG_TWIN_FAULTS_FILE: file });
    const crash = await kong.kong("start", { env: { KONG_TWIN_FAULTS: "3.10.0:crash-on-start" } });
    assert.equal(crash.code, 1);
    assert.match(crash.stderr, /injected fault: crash-on-start/);
    await kong.start();
    await route(kong);
    const set = async (text: string) => {
      writeFileSync(file, text);
      await new Promise((done) => setTimeout(done, 50));
    };
    await set("3.9.1:not-ready,3.9.1:5xx=1");
    assert.equal((await http(`${kong.status}/status/ready`)).status, 200, "another version's fault");
    await set("3.10.0:not-ready");
    assert.equal((await http(`${kong.status}/status/ready`)).status, 503);
    assert.equal((await http(`${kong.status}/status`)).status, 200);
    await set("3.10.0:5xx=1");
    assert.equal((await http(`${kong.proxy}/r`)).status, 500);
    await set("3.10.0:slow=300ms");
    const started = Date.now();
    assert.equal((await http(`${kong.proxy}/r`)).status, 200);
    assert.ok(Date.now() - started >= 300);
    rmSync(dir, { recursive: true });
    await new Promise((done) => setTimeout(done, 50));
    assert.equal((await http(`${kong.status}/status/ready`)).status, 200);
  });

  it("quit lets what is in flight finish, takes nothing new, closes idle connections, and says 'gracefully' (quit.lua)", async () => {
    const kong = running;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await http(`${kong.proxy}/r`, { agent })).status, 200);
    const inFlight = http(`${kong.proxy}/r?held`, { agent: new Agent({ keepAlive: true }) });
    const slow = readLater(`${kong.proxy}/r?size=20000000`, 1500);
    await until("in flight", () => held.length === 1);
    const quitting = kong.kong("quit");
    await until("no new connections", async () =>
      http(`${kong.proxy}/r`).then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(http(`${kong.proxy}/r`, { agent }), "the idle connection is gone too");
    held.forEach((release) => release());
    const finished = await inFlight;
    assert.deepEqual([finished.status, finished.body, finished.headers.connection], [200, "hello", "close"]);
    assert.equal(await slow, 20_000_000, "to the last byte");
    const { code, stdout } = await quitting;
    assert.deepEqual([code, stdout], [0, "Kong stopped (gracefully)\n"]);
    assert.equal((await kong.kong("health")).code, 1);
  });
});
