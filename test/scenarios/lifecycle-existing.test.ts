import assert from "node:assert/strict";
import { readCredentials } from "../../components/local/credentials-file";
import { nodePorts, portsOf } from "../../components/local/layout";
import { countRows, withClient } from "../../components/local/postgres/client";
import { listSnapshots } from "../../components/local/postgres/snapshot";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import {
  accessTo,
  addRoute,
  databaseIds,
  databases,
  givenStack,
  nodePids,
  nothingLeft,
  recorded,
  refused,
  settled,
  snapshots,
  stepLimit,
  upTo,
  weights,
  whoAnswers,
} from "./given";

describe("given a gateway at 3.9.1 that somebody else made", function () {
  this.timeout(stepLimit);
  const theirs = givenStack("theirs");
  const ours = givenStack("ours");
  let upstream: Upstream;
  let blue: Record<string, unknown>;
  let atFirst: Awaited<ReturnType<typeof theirGateway>>;
  let recordedAtFirst: Awaited<ReturnType<typeof recorded>>;
  let snapshot: string;

  before(async () => {
    upstream = await startUpstream();
    const { stack } = theirs;
    await upTo(stack, { blue: { version: "3.9.1" } });
    await addRoute(stack, upstream.port);
    blue = existing();
    atFirst = await theirGateway();
  });
  after(() => upstream?.close());

  /** How another stack refers to it. */
  function existing(): Record<string, unknown> {
    const { port, gateway } = theirs.stack;
    const node = nodePorts(port, "blue", 1, ["proxy", "admin", "status"]);
    const name = "blue_3_9_1_g1";
    const password = readCredentials(gateway).made.blue;
    return {
      version: "3.9.1",
      existing: {
        addresses: [`127.0.0.1:${node.proxy}`],
        adminApi: `http://127.0.0.1:${node.admin}`,
        statusApi: `http://127.0.0.1:${node.status}`,
        database: { host: "127.0.0.1", port: portsOf(port).postgres, name, user: name, password },
      },
    };
  }

  /** Its process, its database and what is in it, and what it answers by itself. */
  async function theirGateway() {
    const { stack } = theirs;
    const access = await accessTo(stack, "blue_3_9_1_g1");
    return {
      pids: await nodePids(stack),
      ids: await databaseIds(stack),
      rows: await withClient(access, countRows),
      live: await weights(stack),
      answers: await whoAnswers(stack),
    };
  }

  it("when it is the blue of a new stack, it serves through that one's balancer, untouched", async () => {
    const { stack } = ours;
    await upTo(stack, { blue });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    assert.deepEqual(await nodePids(stack), {});
    assert.deepEqual(await databases(stack), []);
    assert.deepEqual(await theirGateway(), atFirst);
    await settled(stack);
    recordedAtFirst = await recorded(stack);
  });

  it("when green is added beside it with all weight, green answers with the same configuration", async () => {
    const { stack } = ours;
    await upTo(stack, { blue, green: { version: "3.10.0" }, traffic: { green: 100 } });
    assert.equal(await whoAnswers(stack), "green 3.10.0");
    assert.deepEqual(await weights(stack), { blue: 0, green: 100 });
    assert.deepEqual(await databases(stack), ["green_3_10_0_g1"]);
    assert.deepEqual(await snapshots(stack), ["before-green-3.10.0-g1"]);
    assert.deepEqual(await theirGateway(), atFirst);
    await settled(stack);
  });

  it("when that is reverted, it serves again, and green is gone", async () => {
    const { stack } = ours;
    await upTo(stack, { blue });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    assert.deepEqual([await nodePids(stack), await databases(stack)], [{}, []]);
    assert.deepEqual(await theirGateway(), atFirst);
    assert.deepEqual(await recorded(stack), recordedAtFirst);
  });

  it("when the stack is destroyed, it runs on as it was", async () => {
    const { stack } = ours;
    const ran = await stack.destroy();
    assert.equal(ran.code, 0, ran.output);
    await nothingLeft(stack);
    assert.deepEqual(await theirGateway(), atFirst);
    const found = await listSnapshots(stack.gateway);
    snapshot = found.find(({ reason }) => reason === "before-green-3.10.0-g1")?.location ?? "";
    assert.notEqual(snapshot, "");
  });

  it("when a new stack is to be filled from a snapshot that is not there, the preview refuses", async () => {
    const restoreFrom = `${snapshot}-of-another-day`;
    const words = ["error: gateway:restoreFrom:", restoreFrom, "Name a directory that holds a manifest.json"];
    await refused(ours.stack, { blue: { version: "3.9.1" }, restoreFrom }, ...words);
  });

  it("and at a version without a guaranteed path from the snapshot's, it refuses too", async () => {
    const config = { blue: { version: "3.13.0" }, restoreFrom: snapshot };
    await refused(ours.stack, config, "error: gateway:blue.version:", "Upgrade step by step");
  });

  for (const version of ["3.9.1", "3.10.0"]) {
    it(`when it is filled from one of 3.9.1 at ${version}, it serves that configuration at ${version}`, async () => {
      const { stack } = ours;
      const config: StackConfig = { blue: { version }, restoreFrom: snapshot };
      await upTo(stack, config);
      assert.equal(await whoAnswers(stack), `blue ${version}`);
      const route = await fetch(`${stack.adminUrl}/routes/echo`, { headers: { connection: "close" } });
      assert.equal(route.status, 200);
      await addRoute(stack, upstream.port, "written-here");
      // The snapshot is read once: without it, or with it, nothing is filled again.
      const ids = await databaseIds(stack);
      await upTo(stack, { blue: { version } });
      assert.deepEqual(await databaseIds(stack), ids);
      assert.equal((await stack.destroy()).code, 0);
      await nothingLeft(stack);
    });
  }

  it("then somebody else's gateway was touched by none of it", async () => {
    assert.deepEqual(await theirGateway(), atFirst);
  });
});
