import assert from "node:assert/strict";
import { type Load, startLoad } from "../../sandbox/load/start";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import { type OrderedOperation, operationsBetween } from "../../tools/aws-docs/operations";
import { operationsSection, type Step, writeSection, writtenSection } from "../../tools/aws-docs/section";
import type { StackConfig } from "../../tools/stack";
import { recorded, settled, stepLimit, upTo } from "../scenarios/given";
import { addRoute, givenAwsStack, onAws, resources, snapshots, urlOf, weights, whoAnswers } from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };
const ratePerSecond = 10;

describe("given a gateway at 3.9.1 on AWS under load", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("aws");
  const config = (slots: StackConfig) => onAws(given.emulator, slots);
  const steps: Step[] = [];
  let upstream: Upstream;
  let load: Load;
  let url = "";
  let atFirst: Awaited<ReturnType<typeof recorded>>;

  /** Carries a change out and keeps what it did, as docs/aws.md shows it. */
  async function step(title: string, slots: StackConfig): Promise<OrderedOperation[]> {
    const before = await resources(given.stack);
    await upTo(given.stack, config(slots));
    const operations = operationsBetween(before, await resources(given.stack));
    steps.push({ title, operations });
    return operations;
  }

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, config({ blue }));
    await addRoute(given, "blue-3.9.1-g1", upstream.port);
    url = await urlOf(given.stack);
    await settled(given.stack);
    atFirst = await recorded(given.stack);
    load = await startLoad({ url, paths: ["/echo"], ratePerSecond, maxSeconds: 900 });
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
  });

  it("when green is added, it stands beside blue, tested and without traffic", async () => {
    await step("Provision: green added at weight 0", { blue, green });
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    assert.deepEqual(await snapshots(given), ["before-green-3.10.0-g1"]);
    await settled(given.stack);
  });

  it("when green gets 10 %, both versions answer", async () => {
    await upTo(given.stack, config({ blue, green, traffic: { green: 10 } }));
    assert.deepEqual(await weights(given), { blue: 90, green: 10 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => whoAnswers(url)));
    assert.deepEqual([...new Set(answers)].sort(), ["3.10.0", "3.9.1"]);
  });

  it("when green gets all, it alone answers, and blue is retained", async () => {
    await step("Shift: all traffic to green", { blue, green, traffic: { green: 100 } });
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(url), "3.10.0");
    await settled(given.stack);
  });

  it("when the commit is reverted, all is as before, and green's database went after a last snapshot", async () => {
    const operations = await step("Rollback: the commit reverted", { blue });
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    assert.deepEqual(await recorded(given.stack), atFirst);
    assert.deepEqual(await snapshots(given), ["before-green-3.10.0-g1", "last-green-3.10.0-g1"]);
    const firstDelete = operations.findIndex(({ operation }) => operation === "delete");
    const moved = operations.findIndex(({ name }) => name === "traffic-rule");
    assert.ok(moved >= 0 && moved < firstDelete, "the weights are written before anything is deleted");
  });

  it("when the same upgrade comes again, in one change, it takes a snapshot of its own", async () => {
    await upTo(given.stack, config({ blue, green, traffic: { green: 100 } }));
    assert.equal(await whoAnswers(url), "3.10.0");
    assert.equal((await snapshots(given)).filter((reason) => reason.startsWith("before-")).length, 2);
  });

  it("when blue is retired, green is alone", async () => {
    await step("Finalize: blue retired", { green });
    assert.equal(await whoAnswers(url), "3.10.0");
    await settled(given.stack);
  });

  it("then no request was lost, over all of it", async () => {
    const ledger = await load.stop();
    assert.deepEqual(ledger.lostRequests, []);
    assert.equal(ledger.lost, 0);
    assert.ok(ledger.sent > 30 * ratePerSecond, `only ${ledger.sent} requests were sent`);
    assert.deepEqual(ledger.slots.flatMap(({ versions }) => versions).length > 0, true);
  });

  it("then docs/aws.md shows the operations of each step in this order (npm run docs:aws writes it)", async () => {
    const section = operationsSection(steps);
    if (process.env.GATEWAY_WRITE_DOCS === "1") await writeSection(section);
    assert.equal(await writtenSection(), section);
  });

  it("when it is destroyed, nothing is left but the snapshots", async () => {
    const ran = await given.stack.destroy();
    assert.equal(ran.code, 0, ran.output);
    assert.equal((await snapshots(given)).filter((reason) => reason === "last-blue-3.9.1-g1").length, 1);
  });
});
