import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { type Load, startLoad } from "../../sandbox/load/start";
import type { LoggedCall } from "../../sandbox/aws/proxy";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import { settled, stepLimit, upTo } from "../scenarios/given";
import { lostNothing } from "../scenarios/lost-nothing";
import { cancel, killEngine, until } from "../scenarios/trouble";
import { addRoute, failing, givenAwsStack, onAws, urlOf, weights, whoAnswers } from "./given";
import { type Watch, watchTraffic } from "./watch";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };

describe("given a gateway on AWS under load whose engine is killed again and again", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("awsk", { startedByEngine: true });
  const config = (more: object) => onAws(given.emulator, more as Record<string, unknown>);
  let upstream: Upstream;
  let load: Load;
  let watch: Watch;
  let url = "";
  let killed = 0;

  /** Carries a config out until `reached`, then kills the engine alone and ends its lock. */
  const killOnce = async (more: object, reached: () => boolean) => {
    await given.stack.configure(config(more));
    const running = given.stack.start(["up", "--yes", "--skip-preview"]);
    await until(() => running.process.exitCode !== null || reached(), 240);
    assert.equal(running.process.exitCode, null, running.output());
    await killEngine(running);
    killed += 1;
    await failing(given.stack, []);
    await cancel(given.stack);
  };
  /** Kills it in an operation of the provider: "before" AWS has done anything, or "after" it has done all. */
  const killAt = async (more: object, op: string, name: string, when: "before" | "after") => {
    const reached = path.join(given.stack.directory, "faults.json.reached");
    await rm(reached, { force: true });
    await failing(given.stack, [{ op, name, when, times: 1, hang: true }]);
    await killOnce(more, () => existsSync(reached));
  };
  /** Calls to AWS of one action that carry these words. */
  const calls = (action: string, words: RegExp): LoggedCall[] =>
    given.emulator
      .calls()
      .filter((one) => one.action === action && words.test(JSON.stringify(one.parameters)));

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, config({ blue }));
    await addRoute(given, "blue-3.9.1-g1", upstream.port);
    url = await urlOf(given.stack);
    await until(
      async () => (await fetch(`${url}/echo`, { headers: { connection: "close" } })).status === 200,
    );
    load = await startLoad({ url, paths: ["/echo"], ratePerSecond: 20, maxSeconds: 1_800 });
    watch = watchTraffic(given);
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
  });

  it("when it is killed while green's database is made, blue serves", async () => {
    await killAt({ blue, green }, "create", "green-3.10.0-g1-database", "after");
    assert.equal(await whoAnswers(url), "3.9.1");
  });
  it("when it is killed while a migration runs, blue serves", async () => {
    await killOnce({ blue, green }, () => calls("RunTask", /green-3-10-0-g1-tasks/).length > 0);
    assert.equal(await whoAnswers(url), "3.9.1");
  });
  it("when it is killed while green's service is made, blue serves", async () => {
    await killAt({ blue, green }, "create", "green-3.10.0-g1-service", "after");
    assert.equal(await whoAnswers(url), "3.9.1");
  });
  it("then an up completes the provision, from one snapshot", async () => {
    await upTo(given.stack, config({ blue, green }));
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(calls("CreateDBSnapshot", /before-green/).length, 1);
    await settled(given.stack);
  });

  it("when it is killed right after the weights were written, green serves", async () => {
    await killAt({ blue, green, traffic: { green: 100 } }, "update", "traffic-rule", "after");
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(url), "3.10.0");
  });
  it("when the revert is killed while green's service goes, blue serves already", async () => {
    await killAt({ blue }, "delete", "green-3.10.0-g1-service", "before");
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
  });
  it("then the revert goes on to its end", async () => {
    await upTo(given.stack, config({ blue }));
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    await settled(given.stack);
  });

  it("then no slot lost anything while it had weight, and only healthy ones got any", async () => {
    assert.deepEqual(await watch.broken(), []);
    const { writes, losses } = watch.seen();
    assert.ok(writes >= 2 && losses >= 3, `only ${writes} writes and ${losses} losses were seen`);
  });
  it("then the load has lost nothing through all of it", async () => {
    await lostNothing(load, 1_000);
    console.log(`      the engine was killed ${killed} times`);
    assert.equal(killed, 5);
  });
});
