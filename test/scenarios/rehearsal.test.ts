import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { listSnapshots } from "../../components/local/postgres/snapshot";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import { addRoute, admin, givenStack, refused, settled, stepLimit, upTo, weights, whoAnswers } from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };

describe("given production, and staging to rehearse its upgrades", function () {
  this.timeout(stepLimit);
  let state = "";
  before(async () => {
    state = await mkdtemp(path.join(tmpdir(), "gateway-state-"));
  });
  const production = givenStack("production", { sharedState: () => state });
  const staging = givenStack("staging", { sharedState: () => state });
  after(() => rm(state, { recursive: true }));
  const guarded: StackConfig = { blue, production: true, promotedFrom: "staging" };
  let upstream: Upstream;
  let snapshot = "";

  before(async () => {
    upstream = await startUpstream();
    await upTo(production.stack, { blue });
    await addRoute(production.stack, upstream.port);
    // An upgrade that is provisioned and taken back leaves a snapshot behind.
    await upTo(production.stack, { blue, green });
    await upTo(production.stack, { blue });
    const found = await listSnapshots(production.stack.gateway);
    snapshot = found.find(({ reason }) => reason.startsWith("before-"))?.location ?? "";
    assert.notEqual(snapshot, "");
  });
  after(() => upstream?.close());

  it("without a rehearsal, production's preview warns of it", async () => {
    const { stack } = production;
    await stack.configure({ blue, green, production: true });
    const ran = await stack.preview();
    assert.equal(ran.code, 0, ran.output);
    assert.match(ran.output, /warning: gateway:promotedFrom: /);
  });

  it("when staging has recorded nothing, production's upgrade is refused", async () => {
    await refused(
      production.stack,
      { ...guarded, green },
      "error: gateway:green.version: staging, which gateway:promotedFrom names, has no release yet",
    );
  });

  it("when staging is filled from production's snapshot, it answers with production's configuration", async () => {
    const { stack } = staging;
    await upTo(stack, { blue, restoreFrom: snapshot });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    const [ours, theirs] = await Promise.all(
      [stack, production.stack].map(async (each) => (await admin(each, "GET", "/services/echo")).json()),
    );
    assert.equal((ours as { id: string }).id, (theirs as { id: string }).id);
  });

  it("while the version is not live there, production's upgrade is refused", async () => {
    await refused(
      production.stack,
      { ...guarded, green },
      "error: gateway:green.version: 3.10.0 was never live on staging",
    );
    await upTo(staging.stack, { blue, restoreFrom: snapshot, green });
    await refused(
      production.stack,
      { ...guarded, green },
      "error: gateway:green.version: 3.10.0 was never live on staging",
    );
  });

  it("once it is live there and tested, production's upgrade is accepted and carried out", async () => {
    await upTo(staging.stack, { blue, restoreFrom: snapshot, green, traffic: { green: 100 } });
    await upTo(production.stack, { ...guarded, green, traffic: { green: 10 } });
    assert.deepEqual(await weights(production.stack), { blue: 90, green: 10 });
  });

  it("when staging has moved on, production's next up without changes passes, and so does the rest of its shift", async () => {
    const { stack } = staging;
    await upTo(stack, { green });
    await upTo(stack, { green, blue: { version: "3.14.0" }, traffic: { blue: 100 } });
    await settled(production.stack);
    await upTo(production.stack, { ...guarded, green, traffic: { green: 100 } });
    assert.equal(await whoAnswers(production.stack), "green 3.10.0");
  });
});
