import assert from "node:assert/strict";
import { KongNode, until } from "./kong-node";
import { startPostgres, type TestPostgres } from "./postgres";

// The facts are those of Kong's own source: kong/cmd/migrations.lua, kong/cmd/utils/migrations.lua, kong/db/init.lua
// and kong/db/strategies/postgres/connector.lua, at https://github.com/Kong/kong.
describe("Kong twin: migrations", () => {
  let postgres: TestPostgres;
  const nodes: KongNode[] = [];
  let databases = 0;

  /** A node of `version` on a new database, bootstrapped at `from` if that is given. */
  async function node(version: string, from?: string): Promise<KongNode> {
    const database = `migrations${(databases += 1)}`;
    const made =
      from === undefined
        ? await KongNode.on(postgres, await postgres.createDatabase(database), version)
        : await KongNode.bootstrapped(postgres, database, version, { from });
    nodes.push(made);
    return made;
  }

  const sql = (at: KongNode, text: string) => postgres.query(at.env.KONG_PG_DATABASE ?? "", text);

  before(async () => (postgres = await startPostgres()));
  after(async () => {
    await Promise.all(nodes.map((one) => one.remove()));
    await postgres.stop();
  });

  it("list exits 3, 0, 5, 4, 0 on the way from an empty database through an upgrade (kong/cmd/migrations.lua)", async () => {
    const kong = await node("3.10.0");
    assert.equal(await kong.list(), 3);
    assert.match(
      (await kong.kong("migrations list")).stdout,
      /^Database needs bootstrapping or is older than Kong 1\.0/,
    );
    assert.match(
      (await kong.kong("migrations bootstrap", { version: "3.9.1" })).stdout,
      /Database is up-to-date/,
    );
    assert.equal(await kong.list("3.9.1"), 0);
    assert.equal(await kong.list(), 5);
    const up = await kong.kong("migrations up");
    assert.equal(up.code, 0);
    assert.match(up.stdout, /run 'kong migrations finish' when ready/);
    assert.equal(await kong.list(), 4);
    assert.equal((await kong.kong("migrations finish")).code, 0);
    assert.equal(await kong.list(), 0);
  });

  it("up is refused with exit 1 while migrations are pending (kong/cmd/utils/migrations.lua, up)", async () => {
    const kong = await node("3.13.0.0", "3.10.0.11");
    assert.equal((await kong.kong("migrations up")).code, 0);
    const again = await kong.kong("migrations up");
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^Error: Database has pending migrations; run 'kong migrations finish'/);
  });

  it("after an up without a second half list is 0: there is nothing to finish (kong/cmd/migrations.lua)", async () => {
    const kong = await node("3.9.1", "3.8.0");
    assert.equal(await kong.list(), 5);
    assert.equal((await kong.kong("migrations up")).code, 0);
    assert.equal(await kong.list(), 0);
  });

  it("up and finish need a bootstrapped database (kong/cmd/utils/migrations.lua)", async () => {
    const kong = await node("3.9.1");
    for (const command of ["up", "finish"]) {
      const { code, stderr } = await kong.kong(`migrations ${command}`);
      assert.equal(code, 1);
      assert.match(stderr, /^Error: Cannot run migrations: Database needs bootstrapping/);
    }
  });

  it("status exits 0 and tells executed, pending and new migrations by subsystem (kong/cmd/migrations.lua)", async () => {
    const kong = await node("3.10.0");
    const status = async (version?: string) => {
      const { code, stdout } = await kong.kong("migrations status", { version: version ?? "3.10.0" });
      assert.equal(code, 0);
      return JSON.parse(stdout) as Record<
        string,
        { subsystem: string; namespace: string; migrations: string[] }[]
      >;
    };
    assert.equal((await status()).needs_bootstrap, true);
    await kong.kong("migrations bootstrap", { version: "3.9.1" });
    const before = await status();
    assert.equal(before.needs_bootstrap, false);
    assert.equal(before.pending_migrations, undefined);
    assert.deepEqual(before.new_migrations?.[0], {
      subsystem: "core",
      namespace: "kong.db.migrations.core",
      migrations: ["025_390_to_3100", "026_390_to_3100_consumer_type"],
    });
    await kong.kong("migrations up");
    const after = await status();
    assert.equal(after.new_migrations, undefined);
    assert.deepEqual(after.pending_migrations?.[0]?.migrations, ["026_390_to_3100_consumer_type"]);
    // The old version knows nothing of the new rows.
    assert.deepEqual(Object.keys(await status("3.9.1")), ["needs_bootstrap", "executed_migrations"]);
  });

  it("the lock lost: finish and bootstrap do not wait, log 'aborted', do nothing and exit 0 (kong/db/init.lua, cluster_mutex)", async () => {
    const kong = await node("3.10.0", "3.9.1");
    await kong.kong("migrations up");
    await sql(kong, `INSERT INTO locks VALUES ('migrations', 'another', now() + interval '60 s')`);
    const started = Date.now();
    const { code, stdout } = await kong.kong("migrations finish");
    assert.equal(code, 0);
    assert.match(stdout, /^aborted: another node is performing database changes$/m);
    assert.ok(Date.now() - started < 5000);
    assert.equal(await kong.list(), 4);
  });

  it("the lock lost: up waits until it is free, then still does nothing and exits 0 (kong/db/init.lua)", async () => {
    const kong = await node("3.10.0", "3.9.1");
    await sql(kong, `INSERT INTO locks VALUES ('migrations', 'another', now() + interval '60 s')`);
    const running = kong.kong("migrations up");
    const waits = `SELECT FROM pg_stat_activity WHERE application_name = 'kong' AND query LIKE 'SELECT 1 FROM locks%'
      AND datname = current_database()`;
    await until("up waits for the lock", async () => (await sql(kong, waits)).length > 0);
    await sql(kong, `DELETE FROM locks`);
    const { code, stdout } = await running;
    assert.equal(code, 0);
    assert.match(stdout, /^aborted: another node is performing database changes$/m);
    assert.equal(await kong.list(), 5);
  });

  it("up gives up after --lock-timeout with exit 1; a dead holder's lock ends with its time (postgres/connector.lua)", async () => {
    const kong = await node("3.10.0", "3.9.1");
    await sql(kong, `INSERT INTO locks VALUES ('migrations', 'another', now() + interval '60 s')`);
    const { code, stderr } = await kong.kong("migrations up --lock-timeout 1");
    assert.equal(code, 1);
    assert.match(stderr, /^Error: \[PostgreSQL error\] timeout/);
    await sql(kong, `UPDATE locks SET ttl = now() - interval '1 s'`);
    assert.equal((await kong.kong("migrations up")).code, 0);
    assert.equal(await kong.list(), 4);
    assert.deepEqual(await sql(kong, `SELECT * FROM locks`), []);
  });

  it("up leaves the old version's columns, finish takes them (the two phases of kong/db/init.lua, run_migrations)", async () => {
    const kong = await node("3.10.0", "3.9.1");
    const columns = async () => {
      const rows = await sql(
        kong,
        `SELECT column_name FROM information_schema.columns WHERE table_name = 'consumers'`,
      );
      return rows.map((row) => row.column_name);
    };
    await kong.kong("migrations up");
    assert.ok((await columns()).includes("type") && (await columns()).includes("username_lower"));
    await kong.kong("migrations finish");
    assert.ok(!(await columns()).includes("type"));
  });

  it("every supported line has migrations of its own, and reaches the last one", async () => {
    const kong = await node("3.14.0.2", "3.8.0");
    for (const version of ["3.9.1", "3.10.0.11", "3.13.0.0", "3.14.0.2"]) {
      assert.equal((await kong.kong("migrations up", { version })).code, 0);
      const finish = await kong.kong("migrations finish", { version });
      assert.match(finish.stdout, /No pending migrations to finish/, version);
    }
    assert.equal(await kong.list(), 0);
    const done = await kong.kong("migrations bootstrap");
    assert.match(done.stdout, /Database already bootstrapped/);
    assert.match((await kong.kong("migrations up")).stdout, /Database is already up-to-date/);
  });

  it("a migration that fails leaves the ones before it done and recorded, and no lock (kong/db/init.lua, run_migrations)", async () => {
    const kong = await node("3.10.0", "3.9.1");
    const { code, stderr } = await kong.kong("migrations up", {
      env: { KONG_TWIN_FAULTS: "3.10.0:migration-fails" },
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /cluster_mutex callback threw an error: .*failed to run migration '026_390_to_3100_consumer_type' up/,
    );
    assert.deepEqual(await sql(kong, `SELECT * FROM locks`), []);
    const [row] = await sql(kong, `SELECT last_executed FROM schema_meta WHERE subsystem = 'core'`);
    assert.equal(row?.last_executed, "025_390_to_3100");
    assert.equal(await kong.list(), 5);
    assert.equal((await kong.kong("migrations up")).code, 0, "the rest can be run");
    assert.equal(await kong.list(), 4);
  });

  it("half-way with one already pending: list is 4, pending wins over new, and up alone is stuck (Kong/charts#92)", async () => {
    const kong = await node("3.13.0.0", "3.10.0.11");
    await kong.kong("migrations up", { env: { KONG_TWIN_FAULTS: "3.13.0.0:migration-fails" } });
    const list = await kong.kong("migrations list");
    assert.equal(list.code, 4);
    assert.match(
      list.stderr,
      /pending migrations from a previous upgrade, and new migrations from this upgrade \(version 3\.13\.0\.0\)/,
    );
    assert.equal((await kong.kong("migrations up")).code, 1);
  });

  it("a fault counts for exactly the version that it names", async () => {
    const kong = await node("3.10.1", "3.9.1");
    const { code } = await kong.kong("migrations up", {
      env: { KONG_TWIN_FAULTS: "3.10.0:migration-fails" },
    });
    assert.equal(code, 0);
  });

  it("versions, roles and databases that it cannot stand in for are refused by name", async () => {
    const kong = await node("3.9.1");
    const refusals: [string, Record<string, string>, RegExp][] = [
      ["version", { KONG_TWIN_VERSION: "" }, /KONG_TWIN_VERSION is not set/],
      [
        "version",
        { KONG_TWIN_VERSION: "3.4.0" },
        /"3\.4\.0": the twin knows only the lines 3\.8, 3\.9, 3\.10, 3\.13, 3\.14/,
      ],
      ["start", { KONG_ROLE: "control_plane" }, /role = control_plane/],
      ["start", { KONG_DATABASE: "off" }, /database = off/],
      ["start", { KONG_PROXY_LISTEN: "127.0.0.1:8443 ssl" }, /proxy_listen: the twin does not speak ssl/],
    ];
    const refused = refusals.map(async ([command, env, message]) => {
      const { code, stderr } = await kong.kong(command, { env });
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
    await Promise.all(refused);
    assert.equal((await kong.kong("version")).stdout, "3.9.1\n");
    assert.equal(
      (await kong.kong("version", { version: "3.10.0.11" })).stdout,
      "Kong Enterprise 3.10.0.11\n",
    );
  });
});
