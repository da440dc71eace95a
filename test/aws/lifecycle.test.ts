import assert from "node:assert/strict";
import { type Load, startLoad } from "../../sandbox/load/start";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import { settled, stepLimit, upTo } from "../scenarios/given";
import { addRoute, givenAwsStack, onAws, urlOf, weights, whoAnswers } from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };

describe("given a gateway at 3.9.1 on AWS under load", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("aws");
  const config = (more: object) => onAws(given.emulator, { blue, ...more });
  let upstream: Upstream;
  let load: Load;
  let url = "";

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, config({}));
    await addRoute(given, "blue-3.9.1-g1", upstream.port);
    url = await urlOf(given.stack);
    await settled(given.stack);
    load = await startLoad({ url, paths: ["/echo"], ratePerSecond: 40, maxSeconds: 900 });
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
  });

  it("when green is added, it stands beside blue, tested and without traffic", async () => {
    await upTo(given.stack, config({ green }));
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    await settled(given.stack);
  });

  it("when green gets 10 %, both versions answer", async () => {
    await upTo(given.stack, config({ green, traffic: { green: 10 } }));
    assert.deepEqual(await weights(given), { blue: 90, green: 10 });
    await settled(given.stack);
  });

  it("when green gets all, it alone answers", async () => {
    await upTo(given.stack, config({ green, traffic: { green: 100 } }));
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(url), "3.10.0");
    await settled(given.stack);
  });

  it("when the commit is reverted, blue answers and green is gone", async () => {
    await upTo(given.stack, config({}));
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    await settled(given.stack);
  });

  it("when the same upgrade comes again, it goes through at once", async () => {
    await upTo(given.stack, config({ green, traffic: { green: 100 } }));
    assert.equal(await whoAnswers(url), "3.10.0");
  });

  it("when blue is retired, green is alone", async () => {
    await upTo(given.stack, onAws(given.emulator, { green }));
    assert.equal(await whoAnswers(url), "3.10.0");
    await settled(given.stack);
  });

  it("then no request was lost, over all of it", async () => {
    const ledger = await load.stop();
    console.log(ledger);
  });

  it("when it is destroyed, nothing is left but the snapshots", async () => {
    const ran = await given.stack.destroy();
    assert.equal(ran.code, 0, ran.output);
  });
});
