import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Load, startLoad } from "../../sandbox/load/start";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import { startPostgres, type TestPostgres } from "../sandbox/postgres";
import {
  addRoute,
  admin,
  givenStack,
  nodePids,
  nothingLeft,
  recorded,
  settled,
  snapshots,
  stepLimit,
  summary,
  upTo,
  weights,
  whoAnswers,
} from "./given";
import { failedWith } from "./trouble";

const name = "gateways-own";
const user = "gateway";
const password = "of-the-database";

describe("given a gateway at 3.10.0 under load, on a database that its config gives", function () {
  this.timeout(stepLimit);
  const given = givenStack("shared");
  const green = { version: "3.10.1" };
  const all = { green: 100 };
  let server: TestPostgres;
  let upstream: Upstream;
  let load: Load;
  let database: Record<string, unknown>;
  let alone: StackConfig;
  let atFirst: Awaited<ReturnType<typeof recorded>>;

  before(async () => {
    server = await startPostgres();
    await server.query("postgres", `create role ${user} login password '${password}'`);
    await server.createDatabase(name);
    await server.query("postgres", `alter database "${name}" owner to ${user}`);
    database = { host: server.host, port: server.port, name, user, password };
    alone = { ...shared(), blue: { version: "3.10.0" } };
    given.stack.environment.KONG_TWIN_FAULTS_FILE = path.join(given.stack.directory, "faults");
    upstream = await startUpstream();
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
    await server?.stop();
  });
  const shared = (): StackConfig => ({ strategy: "blue-green-shared-database", database });
  const withoutBlue = (): StackConfig => ({ ...shared(), green });
  const faults = (text: string) => writeFile(path.join(given.stack.directory, "faults"), text);

  /** Names of services that are in the database. */
  async function services(): Promise<unknown[]> {
    return (await server.query(name, "select name from services order by name")).map((row) => row.name);
  }

  /** Migrations whose second half has not run. */
  async function pending(): Promise<unknown[]> {
    const rows = await server.query(name, "select unnest(pending) as name from schema_meta");
    return rows.map((row) => row.name);
  }

  /** Leaves the database as a migration in two halves does after its first one. None of the stand-in's comes with a patch. */
  async function leavePending(migration: string): Promise<void> {
    await server.query(
      name,
      `update schema_meta set executed = array_remove(executed, $1), pending = array_append(pending, $1) where $1 = any(executed)`,
      [migration],
    );
    assert.deepEqual(await pending(), [migration]);
  }

  it("when it is empty, the first update makes its schema in it, and no database of its own", async () => {
    const { stack } = given;
    const { output } = await upTo(stack, alone);
    assert.doesNotMatch(output, /command:local:Command (postgres|\S+-database) /);
    await addRoute(stack, upstream.port);
    assert.equal(await whoAnswers(stack), "blue 3.10.0");
    assert.deepEqual(await services(), ["echo"]);
    await settled(stack);
    atFirst = await recorded(stack);
    load = await startLoad({ url: stack.url, paths: ["/echo"], ratePerSecond: 30, maxSeconds: 900 });
  });

  it("when green is added, the preview says what both share, and that the rest waits", async () => {
    const { stack } = given;
    await stack.configure({ ...alone, green });
    const { output } = await stack.preview();
    assert.match(output, /migrated in it only what blue can live with.*blue stays on the same database/);
    assert.doesNotMatch(output, /green-3\.10\.1-g1-(database|migrations-finish)/);
  });

  it("when it is carried out, green stands on the same database after a snapshot, and writes are held", async () => {
    const { stack } = given;
    await upTo(stack, { ...alone, green });
    assert.deepEqual(await weights(stack), { blue: 100, green: 0 });
    assert.deepEqual(await snapshots(stack), ["before-green-3.10.1-g1"]);
    assert.deepEqual(Object.keys(await nodePids(stack)), ["blue-1", "green-1"]);
    assert.equal((await admin(stack, "PUT", "/services/late", { url: "http://127.0.0.1:1" })).status, 423);
    await settled(stack);
  });

  it("when green gets all the traffic, it answers, and what is written to it blue would have too", async () => {
    const { stack } = given;
    await upTo(stack, { ...alone, green, traffic: all });
    assert.equal(await whoAnswers(stack), "green 3.10.1");
    await addRoute(stack, upstream.port, "on-green");
    await settled(stack);
  });

  it("when the commit is reverted, blue serves with all that was written, and nothing is dropped", async () => {
    const { stack } = given;
    const { output } = await upTo(stack, alone);
    assert.ok(output.indexOf(" traffic updated") < output.indexOf("deleting"), output);
    assert.deepEqual(await weights(stack), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(stack, "/on-green"), "blue 3.10.0");
    assert.deepEqual(await services(), ["echo", "on-green"]);
    assert.deepEqual(await snapshots(stack), ["before-green-3.10.1-g1"]);
    assert.deepEqual(Object.keys(await nodePids(stack)), ["blue-1"]);
    assert.deepEqual(await recorded(stack), atFirst);
  });

  it("when it is upgraded again, it takes a snapshot of its own", async () => {
    const { stack } = given;
    await upTo(stack, { ...alone, green, traffic: all });
    assert.equal(await whoAnswers(stack), "green 3.10.1");
    assert.deepEqual(await snapshots(stack), ["before-green-3.10.1-g1", "before-green-3.10.1-g1"]);
  });

  it("when blue is retired while a migration waits for its second half, the preview names the point of no return", async () => {
    const { stack } = given;
    await leavePending("026_390_to_3100_consumer_type");
    await stack.configure(withoutBlue());
    const { output, code } = await stack.preview();
    assert.equal(code, 0, output);
    assert.match(output, /the migrations on the shared database are finished.*the point of no return/);
    assert.match(output, /green-3\.10\.1-g1-migrations-finish create/);
  });

  it("when that is carried out, it is finished after everything else, with blue gone, be it that it fails", async () => {
    const { stack } = given;
    await faults("3.10.1:migration-fails");
    const ran = failedWith(await stack.up(), /'kong migrations finish' failed/, /migration-fails/);
    const at = ["green-3.10.1-g1-migrations-finish creating", "deleting"].map((text) =>
      ran.output.indexOf(text),
    );
    assert.ok((at[0] as number) > ran.output.indexOf(" cutover updated"), ran.output);
    assert.equal(at[1], -1, ran.output);
    assert.deepEqual(Object.keys(await nodePids(stack)), ["green-1"]);
    assert.equal(await whoAnswers(stack), "green 3.10.1");
    assert.deepEqual(await pending(), ["026_390_to_3100_consumer_type"]);
  });

  it("then the next update goes on", async () => {
    const { stack } = given;
    await faults("");
    await upTo(stack, withoutBlue());
    assert.deepEqual(await pending(), []);
    assert.deepEqual(Object.keys(await nodePids(stack)), ["green-1"]);
    assert.equal(await whoAnswers(stack, "/on-green"), "green 3.10.1");
    await addRoute(stack, upstream.port, "after-it");
  });

  it("when it is upgraded once more, blue comes anew on the same database", async () => {
    const { stack } = given;
    const blue = { version: "3.10.2" };
    await upTo(stack, { ...alone, blue, green, traffic: { blue: 100 } });
    assert.equal(await whoAnswers(stack, "/after-it"), "blue 3.10.2");
    const retired = await upTo(stack, { ...alone, blue });
    assert.match(retired.output, /blue-3\.10\.2-g1-migrations-finish created/);
    assert.deepEqual(Object.keys(await nodePids(stack)), ["blue-1"]);
  });

  it("then no request was lost, over all of it", async () => {
    const ledger = await load.stop();
    assert.deepEqual(ledger.lostRequests, []);
    assert.ok(ledger.answered > 600, `only ${ledger.answered} requests were answered`);
  });

  it("when the stack is destroyed, the database and what is in it stay", async () => {
    const { stack } = given;
    const ran = await stack.destroy();
    assert.equal(ran.code, 0, ran.output);
    await nothingLeft(stack);
    assert.deepEqual(await services(), ["after-it", "echo", "on-green"]);
  });

  it("when a new stack begins on it at another version, it refuses to migrate it", async () => {
    const { stack } = given;
    await stack.configure({ ...alone, blue: { version: "3.13.0" } });
    failedWith(await stack.up(), /gateway:database has the schema of another release/);
    assert.equal((await stack.destroy()).code, 0);
    assert.deepEqual(await services(), ["after-it", "echo", "on-green"]);
  });

  it("when one begins on it at its version, it serves what is in it", async () => {
    const { stack } = given;
    const ran = await upTo(stack, { ...alone, blue: { version: "3.10.2" } });
    assert.ok((summary(ran).created ?? 0) > 5);
    assert.equal(await whoAnswers(stack, "/after-it"), "blue 3.10.2");
    assert.equal((await stack.destroy()).code, 0);
    assert.deepEqual(await services(), ["after-it", "echo", "on-green"]);
  });
});
