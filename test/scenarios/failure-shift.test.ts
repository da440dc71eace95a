import assert from "node:assert/strict";
import type { Ran, StackConfig } from "../../tools/stack";
import { nodePids, nothingLeft, settled, stepLimit, upTo, weights } from "./given";
import {
  blueServes,
  failedWith,
  givenGateway,
  greenServes,
  type HeldRequest,
  killedAtTheWeights,
  startUntil,
} from "./trouble";

/** What was recorded last, as opposed to what is live. */
async function recordedWeights(outputs: () => Promise<Record<string, unknown>>): Promise<unknown> {
  return ((await outputs()).release as { weights: unknown }).weights;
}

describe("given a shift whose write of the weights took effect before it failed", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("fshift");
  const backToBlue: StackConfig = { ...gateway.upgrade, traffic: { blue: 100 } };

  describe("when a request is in flight at the drain's limit", () => {
    let onBlue: HeldRequest;
    let onGreen: HeldRequest;
    let reverted: Ran;

    it("then up fails with the count", async () => {
      onBlue = await gateway.heldRequest();
      await gateway.stack.configure(gateway.upgrade);
      const ran = await gateway.stack.up();
      failedWith(ran, /requests are still in flight after 4 s: 1 on blue-1/, /gateway:drainLimit/);
    });
    it("then the weights stay moved and nothing is deleted", async () => {
      assert.deepEqual(await weights(gateway.stack), greenServes);
      assert.deepEqual(Object.keys(await nodePids(gateway.stack)), ["blue-1", "green-1"]);
    });
    it("then a revert moves the traffic back, and waits for what green still answers", async () => {
      onGreen = await gateway.heldRequest();
      await gateway.stack.configure(gateway.blueAlone);
      const running = await startUntil(gateway.stack, "up", / drain updating/);
      assert.deepEqual(await weights(gateway.stack), blueServes);
      assert.deepEqual(Object.keys(await nodePids(gateway.stack)), ["blue-1", "green-1"]);
      assert.equal(await onGreen.release(), "200 from green-1");
      reverted = await running.ended;
      assert.equal(reverted.code, 0, reverted.output);
    });
    it("then nothing of green has gone before the drain was done", () => {
      const { output } = reverted;
      assert.ok(output.indexOf(" drain updated") < output.indexOf("deleting"), output);
    });
    it("then nothing is left of green, and blue has answered what it had begun", async () => {
      await gateway.revert();
      assert.equal(await onBlue.release(), "200 from blue-1");
    });
  });

  describe("when the engine is killed between the write and its record", () => {
    it("then the weights are moved, and the record does not know", async () => {
      await killedAtTheWeights(gateway.stack, gateway.upgrade, "answer");
      assert.deepEqual(await weights(gateway.stack), greenServes);
      assert.deepEqual(await recordedWeights(gateway.stack.outputs), blueServes);
    });
    it("then a revert moves the traffic back and drains before anything goes", async () => {
      const { output } = await gateway.revert();
      const steps = [" traffic updated", " drain updated", "deleting"].map((step) => output.indexOf(step));
      assert.ok(
        steps.every((at, index) => at > (steps[index - 1] ?? 0)),
        output,
      );
    });
  });

  describe("when the engine is killed before a slow write that lands later", () => {
    it("then a revert waits for the write, moves the traffic back, and leaves nothing of green", async () => {
      const { release } = await killedAtTheWeights(gateway.stack, gateway.upgrade, "command");
      assert.deepEqual(await weights(gateway.stack), blueServes);
      await gateway.stack.configure(gateway.blueAlone);
      const running = await startUntil(
        gateway.stack,
        "up",
        /waiting up to \d+ s for .*"writing the weights"/,
      );
      release();
      const ran = await running.ended;
      assert.equal(ran.code, 0, ran.output);
      assert.match(ran.output, / traffic updated/);
      await gateway.revert();
    });
    it("then, instead, an up waits for the write and completes the shift", async () => {
      const { release } = await killedAtTheWeights(gateway.stack, gateway.upgrade, "command");
      const running = await startUntil(
        gateway.stack,
        "up",
        /waiting up to \d+ s for .*"writing the weights"/,
      );
      release();
      const ran = await running.ended;
      assert.equal(ran.code, 0, ran.output);
      assert.deepEqual(await weights(gateway.stack), greenServes);
      assert.deepEqual(await recordedWeights(gateway.stack.outputs), greenServes);
    });
  });

  describe("when traffic goes back to blue and the drain reaches its limit", () => {
    it("then an up after the request has ended completes it", async () => {
      const onGreen = await gateway.heldRequest();
      await gateway.stack.configure(backToBlue);
      failedWith(await gateway.stack.up(), /still in flight after 4 s: 1 on green-1/);
      assert.equal(await onGreen.release(), "200 from green-1");
      await upTo(gateway.stack, backToBlue);
      assert.deepEqual(await weights(gateway.stack), blueServes);
      assert.deepEqual(await recordedWeights(gateway.stack.outputs), blueServes);
    });
  });

  describe("when traffic goes to green and the engine is killed between the write and its record", () => {
    it("then an up completes it", async () => {
      await killedAtTheWeights(gateway.stack, gateway.upgrade, "answer");
      await upTo(gateway.stack, gateway.upgrade);
      assert.deepEqual(await weights(gateway.stack), greenServes);
      assert.deepEqual(await recordedWeights(gateway.stack.outputs), greenServes);
    });
    it("then a second up changes nothing", () => settled(gateway.stack));
    it("then the load has lost nothing through all of it", () => gateway.loadLostNothing());
    it("then, killed so again, a destroy ends and leaves nothing but snapshots", async () => {
      await killedAtTheWeights(gateway.stack, backToBlue, "answer");
      const ran = await gateway.stack.destroy();
      assert.equal(ran.code, 0, ran.output);
      await nothingLeft(gateway.stack);
    });
  });
});
