import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { toEnvironment } from "../../components/command-input";
import type { SlotName } from "../../products/release";
import { release, slot } from "../products/releases";
import { freePort, startPostgres, type TestPostgres } from "../sandbox/postgres";

const versions: Record<SlotName, string> = { blue: "3.9.1", green: "3.10.0" };
const name = "kong-of-both";
const limits = {
  ...{ lockLimit: 20, migrationLimit: 60, startLimit: 60, stopLimit: 20, drainLimit: 10, weightsLimit: 30 },
};

interface Ended {
  code: number;
  /** What it printed, or why it failed. */
  said: string;
}

/**
 * The commands themselves, without the engine: over two lines of Kong, where `finish` takes away what the older one needs.
 * A stack may upgrade on a shared database by patches only, and none of the stand-in's has a second half.
 */
describe("given blue at 3.9.1 and green at 3.10.0 on one database, migrated as far as blue can live with", function () {
  this.timeout(240_000);
  let server: TestPostgres;
  let directory: string;
  let ports: Record<SlotName, { proxy: number; admin: number; status: number }>;

  function run(piece: string, verb: string, input: Record<string, unknown>, stdin = ""): Promise<Ended> {
    const given = {
      directory,
      programs: "",
      product: "kong",
      settings: { role: "traditional", properties: {} },
    };
    const environment = toEnvironment({ ...given, ...limits, ...input });
    return new Promise((resolve) => {
      const command = ["components/local/commands/run.cjs", piece, verb];
      const env = { ...process.env, ...environment };
      const child = execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
        resolve({ code: error ? 1 : 0, said: error ? stderr : stdout }),
      );
      child.stdin?.end(stdin);
    });
  }

  async function must(...given: Parameters<typeof run>): Promise<string> {
    const { code, said } = await run(...given);
    assert.equal(code, 0, `${given[0]} ${given[1]}: ${said}`);
    return said;
  }

  const ofSlot = (which: SlotName) => ({
    slot: which,
    version: versions[which],
    life: `${which}-${versions[which]}-g1`,
    database: { host: server.host, port: server.port, name, user: server.user },
  });
  const finish = (which: SlotName) => run("task", "alone", { ...ofSlot(which), task: "migrations-finish" });
  const nodes = async () => (await readdir(path.join(directory, "nodes"))).sort();

  function shift(blue: number): Promise<string> {
    const addresses = Object.fromEntries(
      Object.entries(ports).map(([which, { proxy, status }]) => [
        which,
        [{ address: `127.0.0.1:${proxy}`, checkPort: status }],
      ]),
    );
    const both = release({ blue: slot(versions.blue), green: slot(versions.green) }, blue);
    return must("weights", "write", { release: both, addresses, adminApis: {} });
  }

  /** Whether blue can read and write consumers: `finish` takes away the column that it does that with. */
  async function blueNeedsAreMet(): Promise<boolean> {
    const sql =
      "select from information_schema.columns where table_name = 'consumers' and column_name = 'type'";
    return (await server.query(name, sql)).length === 1;
  }

  async function version(which: SlotName): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${ports[which].admin}/`, {
      headers: { connection: "close" },
    });
    return ((await answer.json()) as { version: string }).version;
  }

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "gateway-finish-"));
    await chmod(directory, 0o711);
    server = await startPostgres();
    await server.createDatabase(name);
    const free = async () => ({ proxy: await freePort(), admin: await freePort(), status: await freePort() });
    ports = { blue: await free(), green: await free() };
    const secret = { password: server.password, environment: {} };
    await must("credentials", "write", {}, JSON.stringify({ blue: secret, green: secret }));
    const settings = {
      ports: { gateway: await freePort(), admin: await freePort(), postgres: server.port },
      readyPath: "/status/ready",
      adminApis: { blue: `127.0.0.1:${ports.blue.admin}`, green: `127.0.0.1:${ports.green.admin}` },
    };
    await must("balancer", "start", { settings });
  });
  after(async () => {
    await run("balancer", "stop", {});
    for (const node of ["blue-1", "green-1"]) await run("node", "remove", { node });
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it("when blue is first, it makes the schema, since the database is empty", async () => {
    const up = { ...ofSlot("blue"), task: "migrations-up", filledFrom: "", isGiven: true };
    assert.match(await must("task", "run", up), /"did":"kong migrations bootstrap"/);
    await must("node", "start", { ...ofSlot("blue"), node: "blue-1", ports: ports.blue });
  });

  it("when a new gateway at 3.10.0 would begin on it, its migration is refused", async () => {
    const up = { ...ofSlot("green"), task: "migrations-up", filledFrom: "", isGiven: true };
    const { code, said } = await run("task", "run", up);
    assert.equal(code, 1);
    assert.match(said, /gateway:database has the schema of another release/);
  });

  it("when green comes beside blue, only the first half is migrated, and both run", async () => {
    const up = { ...ofSlot("green"), task: "migrations-up", filledFrom: "/a/snapshot", isGiven: true };
    assert.match(await must("task", "run", up), /"did":"kong migrations up"/);
    await must("node", "start", { ...ofSlot("green"), node: "green-1", ports: ports.green });
    assert.ok(await blueNeedsAreMet());
    assert.deepEqual([await version("blue"), await version("green")], ["3.9.1", "3.10.0"]);
  });

  for (const weight of [100, 50, 1]) {
    it(`while blue has ${weight} % of the traffic, the second half is refused, and nothing is stopped`, async () => {
      await shift(weight);
      const { code, said } = await finish("green");
      assert.equal(code, 1);
      assert.match(said, new RegExp(`green has ${100 - weight} % of the traffic, not all`));
      assert.deepEqual(await nodes(), ["blue-1", "green-1"]);
      assert.ok(await blueNeedsAreMet());
    });
  }

  it("when green has all of it, but the migrations are locked by somebody, it fails and says so", async () => {
    await shift(0);
    await server.query(
      name,
      "insert into locks (key, owner, ttl) values ('migrations', 'x', now() + interval '1 hour')",
    );
    const { code, said } = await finish("green");
    assert.equal(code, 1);
    assert.match(said, /'kong migrations finish' failed.*another node is performing database changes/s);
    assert.deepEqual(await nodes(), ["green-1"]);
    assert.ok(await blueNeedsAreMet());
    await server.query(name, "delete from locks");
  });

  it("when it is run again, it goes on, and green serves", async () => {
    const { code, said } = await finish("green");
    assert.equal(code, 0, said);
    assert.match(said, /"did":"kong migrations finish"/);
    assert.ok(!(await blueNeedsAreMet()));
    assert.equal(await version("green"), "3.10.0");
  });

  it("when it is run once more, there is nothing to do", async () => {
    const { code, said } = await finish("green");
    assert.equal(code, 0, said);
    assert.match(said, /nothing is pending/);
  });
});
