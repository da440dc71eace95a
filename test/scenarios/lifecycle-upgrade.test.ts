import assert from "node:assert/strict";
import { type Load, startLoad } from "../../sandbox/load/start";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import {
  addRoute,
  admin,
  databases,
  givenStack,
  nodePids,
  nothingLeft,
  recorded,
  roles,
  settled,
  snapshots,
  stepLimit,
  summary,
  upTo,
  weights,
  whoAnswers,
} from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };
const ratePerSecond = 40;

describe("given a gateway at 3.9.1 under load", function () {
  this.timeout(stepLimit);
  const given = givenStack("upgrade");
  let upstream: Upstream;
  let load: Load;
  let atFirst: Awaited<ReturnType<typeof recorded>>;
  let bluePid: number | undefined;

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, { blue });
    await addRoute(given.stack, upstream.port);
    await settled(given.stack);
    atFirst = await recorded(given.stack);
    bluePid = (await nodePids(given.stack))["blue-1"];
    load = await startLoad({ url: given.stack.url, paths: ["/echo"], ratePerSecond, maxSeconds: 900 });
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
  });

  it("when green is added, the preview shows each step by a telling name, and changes nothing", async () => {
    const { stack } = given;
    await stack.configure({ blue, green });
    const ran = await stack.preview();
    assert.equal(ran.code, 0, ran.output);
    assert.match(ran.output, /green 3\.10\.0 is made beside blue 3\.9\.1/);
    const steps = [
      ["create", "green-freeze"],
      ["create", "green-3.10.0-g1-reserve"],
      ["create", "before-green-3.10.0-g1"],
      ["create", "green-3.10.0-g1-database"],
      ["create", "green-3.10.0-g1-migrations-up"],
      ["create", "green-3.10.0-g1-migrations-finish"],
      ["create", "green-1"],
      ["create", "green-3.10.0-g1-smoke-test"],
      ["update", "traffic"],
      ["update", "drain"],
      ["update", "cutover"],
    ];
    const shown = [...ran.output.matchAll(/command:local:Command (\S+) (create|update|delete|replace)\b/g)];
    assert.deepEqual(
      shown.map(([, name, step]) => [step, name]),
      steps,
    );
    assert.deepEqual(await recorded(stack), atFirst);
    assert.deepEqual(await databases(stack), ["blue_3_9_1_g1"]);
    assert.deepEqual(await snapshots(stack), []);
    assert.deepEqual(await nodePids(stack), { "blue-1": bluePid });
  });

  it("when it is carried out, green stands beside blue, tested and without traffic", async () => {
    const { stack } = given;
    await upTo(stack, { blue, green });
    assert.deepEqual(await weights(stack), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    assert.deepEqual(await databases(stack), ["blue_3_9_1_g1", "green_3_10_0_g1"]);
    assert.deepEqual(await snapshots(stack), ["before-green-3.10.0-g1"]);
    await settled(stack);
  });

  it("then the configuration can be read, and a write is refused with the two ways out", async () => {
    const { stack } = given;
    assert.equal((await admin(stack, "GET", "/routes/echo")).status, 200);
    const write = await admin(stack, "PUT", "/services/late", { url: "http://127.0.0.1:1" });
    assert.equal(write.status, 423);
    assert.match(await write.text(), /Give green all weight.*or take green out/);
  });

  for (const share of [10, 50]) {
    it(`when green gets ${share} %, both versions answer in that ratio`, async () => {
      const { stack } = given;
      await upTo(stack, { blue, green, traffic: { green: share } });
      assert.deepEqual(await weights(stack), { blue: 100 - share, green: share });
      const count = { "blue 3.9.1": 0, "green 3.10.0": 0 };
      for (let request = 0; request < 60; request++) count[(await whoAnswers(stack)) as keyof typeof count]++;
      const answered = (100 * count["green 3.10.0"]) / 60;
      assert.ok(Math.abs(answered - share) < 12, `green answered ${answered} % of the requests`);
    });
  }

  it("when green gets all, it alone answers, blue is retained, and the Admin API opens on green", async () => {
    const { stack } = given;
    await upTo(stack, { blue, green, traffic: { green: 100 } });
    assert.deepEqual(await weights(stack), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(stack), "green 3.10.0");
    await settled(stack);
    assert.deepEqual(Object.keys(await nodePids(stack)), ["blue-1", "green-1"]);
    assert.equal((await nodePids(stack))["blue-1"], bluePid);
    assert.equal((await fetch(`http://127.0.0.1:${stack.port + 12}/status/ready`)).status, 200);
    assert.deepEqual(await databases(stack), ["blue_3_9_1_g1", "green_3_10_0_g1"]);
    const root = (await (await admin(stack, "GET", "/")).json()) as { version: string };
    assert.equal(root.version, "3.10.0");
    await addRoute(stack, upstream.port, "on-green");
    assert.match(await whoAnswers(stack, "/on-green"), /green/);
  });

  it("when the commit is reverted, all is as before, and green's database went after a last snapshot", async () => {
    const { stack } = given;
    const ran = await upTo(stack, { blue });
    assert.deepEqual(await weights(stack), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    assert.equal(summary(ran).deleted, 13);
    assert.deepEqual(await recorded(stack), atFirst);
    assert.deepEqual(await nodePids(stack), { "blue-1": bluePid });
    assert.deepEqual([await databases(stack), await roles(stack)], [["blue_3_9_1_g1"], ["blue_3_9_1_g1"]]);
    assert.deepEqual(await snapshots(stack), ["before-green-3.10.0-g1", "last-green-3.10.0-g1"]);
    await addRoute(stack, upstream.port, "open-again");
  });

  it("when the same upgrade comes again, it takes a snapshot of its own, and the first is kept", async () => {
    const { stack } = given;
    await upTo(stack, { blue, green, traffic: { green: 100 } });
    assert.equal(await whoAnswers(stack, "/open-again"), "green 3.10.0");
    assert.deepEqual(await snapshots(stack), [
      "before-green-3.10.0-g1",
      "last-green-3.10.0-g1",
      "before-green-3.10.0-g1",
    ]);
  });

  it("then the record tells each version that was live, and which was rolled back", async () => {
    const { release } = (await given.stack.outputs()) as {
      release: { history: { slot: string; version: string; rolledBack: boolean }[] };
    };
    assert.deepEqual(
      release.history.map(({ slot, version, rolledBack }) => [slot, version, rolledBack]),
      [
        ["blue", "3.9.1", false],
        ["green", "3.10.0", true],
        ["green", "3.10.0", false],
      ],
    );
  });

  it("then no request was lost, over all of it", async () => {
    const ledger = await load.stop();
    assert.deepEqual(ledger.lostRequests, []);
    assert.equal(ledger.lost, 0);
    assert.ok(ledger.sent > 10 * ratePerSecond, `only ${ledger.sent} requests were sent`);
    assert.deepEqual(ledger.slots.map(({ slot }) => slot).sort(), ["blue", "green"]);
  });

  it("when it is destroyed, nothing is left but the snapshots", async () => {
    const { stack } = given;
    const ran = await stack.destroy();
    assert.equal(ran.code, 0, ran.output);
    await nothingLeft(stack);
    assert.deepEqual((await snapshots(stack)).slice(3).sort(), [
      "last-blue-3.9.1-g1",
      "last-green-3.10.0-g1",
    ]);
  });
});
