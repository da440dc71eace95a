import assert from "node:assert/strict";
import type { StackConfig } from "../../tools/stack";
import { admin, nodePids, nothingLeft, refused, stepLimit, upTo, weights } from "./given";
import { blueServes, failedWith, get, givenGateway, greenServes, until, startUntil } from "./trouble";

describe("given a gateway that was upgraded to green, and a rollback", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("froll");
  const backToBlue: StackConfig = { ...gateway.upgrade, traffic: { blue: 100 } };

  const signal = async (node: string, name: NodeJS.Signals) => {
    const pid = (await nodePids(gateway.stack))[node];
    assert.ok(pid, `${node} runs`);
    process.kill(pid, name);
  };

  before(async function () {
    this.timeout(stepLimit);
    await upTo(gateway.stack, gateway.upgrade);
  });

  describe("when blue says that it is not ready", () => {
    const untouched = async () => assert.deepEqual(await weights(gateway.stack), greenServes);

    it("then the preview refuses the revert, and so does up", async () => {
      await gateway.faults("3.9.1:not-ready");
      await refused(
        gateway.stack,
        gateway.blueAlone,
        "gateway:traffic.blue",
        /blue-1 is not ready: \S+ answers 503/,
      );
      failedWith(await gateway.stack.up(), /nothing was touched/, /blue-1 is not ready/);
      await untouched();
    });
    it("then, if it says so only after the update has begun, the gate refuses", async () => {
      await gateway.faults("");
      // A second node of green is made before the weights are written: time for blue to turn.
      const { green } = gateway.upgrade as { green: object };
      await gateway.stack.configure({ ...backToBlue, green: { ...green, nodes: 2 } });
      const running = await startUntil(gateway.stack, "up", / green-2 creating/);
      await gateway.faults("3.9.1:not-ready");
      failedWith(await running.ended, /gateway:traffic\.blue: no weight for blue: blue-1 is not ready/);
      await untouched();
    });
    it("then, once it is ready again, the revert leaves nothing of green", () => gateway.revert());
  });

  describe("when green was killed", () => {
    it("then the revert moves the traffic back and leaves nothing of green", async () => {
      await upTo(gateway.stack, gateway.upgrade);
      await signal("green-1", "SIGKILL");
      await gateway.revert();
      assert.equal(await get(gateway.stack, "/echo"), "200 from blue-1");
      assert.equal((await admin(gateway.stack, "PUT", "/consumers/somebody", {})).status, 200);
    });
  });

  describe("when blue is ready, and would not pass its smoke tests", () => {
    it("then the revert goes back to it all the same: that it is healthy is the one thing asked", async () => {
      await upTo(gateway.stack, gateway.upgrade);
      await gateway.faults("3.9.1:5xx=1");
      await upTo(gateway.stack, gateway.blueAlone);
      assert.equal(await get(gateway.stack, "/echo"), "500 from blue-1");
      await gateway.faults("");
      await until(async () => (await get(gateway.stack, "/echo")) === "200 from blue-1");
    });
  });

  describe("when green hangs with requests in flight", () => {
    it("then the revert moves the traffic back and names what is still in flight", async () => {
      await upTo(gateway.stack, gateway.upgrade);
      await gateway.heldRequest();
      await signal("green-1", "SIGSTOP");
      await gateway.stack.configure(gateway.blueAlone);
      failedWith(await gateway.stack.up(), /still in flight after 4 s: \d+ on green-1/);
      assert.deepEqual(await weights(gateway.stack), blueServes);
      assert.equal(await get(gateway.stack, "/echo"), "200 from blue-1");
    });
    it("then, once green is killed, the next up goes on and leaves nothing of green", async () => {
      await signal("green-1", "SIGKILL");
      await gateway.revert();
    });
  });

  describe("when blue was killed", () => {
    it("then the preview refuses the revert, and green serves on", async () => {
      await upTo(gateway.stack, gateway.upgrade);
      await signal("blue-1", "SIGKILL");
      await until(async () => !("blue-1" in (await nodePids(gateway.stack))));
      await refused(gateway.stack, gateway.blueAlone, /blue-1 is not ready: \S+ does not answer/);
      assert.deepEqual(await weights(gateway.stack), greenServes);
      assert.equal(await get(gateway.stack, "/echo"), "200 from green-1");
    });
    it("then a destroy leaves nothing but snapshots", async () => {
      const ran = await gateway.stack.destroy();
      assert.equal(ran.code, 0, ran.output);
      await nothingLeft(gateway.stack);
    });
  });
});
