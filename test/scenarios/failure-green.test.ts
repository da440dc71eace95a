import assert from "node:assert/strict";
import type { Ran } from "../../tools/stack";
import { databases, nodePids, nothingLeft, roles, settled, stepLimit, upTo, weights } from "./given";
import { blueServes, failedWith, givenGateway, greenServes, snapshotsOf } from "./trouble";

describe("given a gateway under load, and a new version that fails", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("fgreen");

  const upgradeUnder = async (faults: string, config = gateway.upgrade): Promise<Ran> => {
    await gateway.faults(faults);
    await gateway.stack.configure(config);
    return gateway.stack.up();
  };

  describe("when it answers 5xx", () => {
    it("then the upgrade fails and names the smoke test that green did not pass", async () => {
      const smokeTests = { consecutive: 2, deadline: 2 };
      const ran = await upgradeUnder("3.10.0:5xx=1", { ...gateway.upgrade, smokeTests });
      failedWith(ran, /green-1 does not pass its smoke tests 2 times in a row within 2 s/, /answers 500/);
    });
    it("then the weights stay and blue serves", async () => {
      assert.deepEqual(await weights(gateway.stack), blueServes);
    });
    it("then, once it is mended, the next up completes the upgrade", async () => {
      await gateway.faults("");
      await upTo(gateway.stack, gateway.upgrade);
      assert.deepEqual(await weights(gateway.stack), greenServes);
    });
    it("then a second up changes nothing", () => settled(gateway.stack));
    it("then the revert leaves nothing of green", () => gateway.revert());
  });

  describe("when its migration fails", () => {
    let taken: string[];

    it("then the upgrade fails and says what the migration said", async () => {
      const ran = await upgradeUnder("3.10.0:migration-fails");
      failedWith(ran, /'kong migrations up' failed/, /injected fault: migration-fails/);
      taken = await snapshotsOf(gateway.stack);
    });
    it("then blue is untouched and serves, and no node of green was started", async () => {
      assert.deepEqual(await weights(gateway.stack), blueServes);
      assert.deepEqual(Object.keys(await nodePids(gateway.stack)), ["blue-1"]);
    });
    it("then the next up resumes on the snapshot that was taken", async () => {
      await gateway.faults("");
      const { output } = await upTo(gateway.stack, gateway.upgrade);
      assert.doesNotMatch(output, /(before-green-3\.10\.0-g1|green-3\.10\.0-g1-database) creating/);
      assert.deepEqual(await snapshotsOf(gateway.stack), taken);
      assert.deepEqual(await weights(gateway.stack), greenServes);
    });
    it("then, instead, a revert leaves nothing of green", async () => {
      await gateway.revert();
      failedWith(await upgradeUnder("3.10.0:migration-fails"), /injected fault: migration-fails/);
      await gateway.revert();
    });
    it("then the load has lost nothing through all of it", () => gateway.loadLostNothing());
    it("then, instead, a destroy leaves nothing but snapshots", async () => {
      failedWith(await upgradeUnder("3.10.0:migration-fails"), /injected fault: migration-fails/);
      assert.deepEqual(await databases(gateway.stack), ["blue_3_9_1_g1", "green_3_10_0_g1"]);
      const ran = await gateway.stack.destroy();
      assert.equal(ran.code, 0, ran.output);
      await nothingLeft(gateway.stack);
    });
  });
});

describe("given a gateway under load, and a new version that never gets ready", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("fready");

  const failToStart = async (): Promise<Ran> => {
    await gateway.faults("3.10.0:not-ready");
    await gateway.stack.configure({ ...gateway.upgrade, timeouts: { start: 8 } });
    return gateway.stack.up();
  };

  describe("when it is upgraded to that version", () => {
    it("then the upgrade fails and names the node, its answer and the limit", async () => {
      const ran = await failToStart();
      failedWith(ran, /green-1 \(Kong Gateway 3\.10\.0\) is not ready within 8 s/);
      failedWith(ran, /answers 503/, /gateway:timeouts\.start/);
    });
    it("then the weights stay and blue serves", async () => {
      assert.deepEqual(await weights(gateway.stack), blueServes);
    });
    it("then the revert leaves nothing of green", () => gateway.revert());
  });

  describe("when it is upgraded to that version, and then to another one instead", () => {
    it("then the other version takes over", async () => {
      failedWith(await failToStart(), /green-1 \(Kong Gateway 3\.10\.0\) /);
      await upTo(gateway.stack, { ...gateway.upgrade, green: { version: "3.10.1" } });
      assert.deepEqual(await weights(gateway.stack), greenServes);
    });
    it("then nothing is left of the first one", async () => {
      assert.deepEqual(await databases(gateway.stack), ["blue_3_9_1_g1", "green_3_10_1_g1"]);
      assert.deepEqual(await roles(gateway.stack), ["blue_3_9_1_g1", "green_3_10_1_g1"]);
    });
    it("then the revert leaves nothing of green", () => gateway.revert());
    it("then the load has lost nothing through all of it", () => gateway.loadLostNothing());
  });

  describe("when it is upgraded to that version, and then destroyed", () => {
    it("then nothing is left but snapshots", async () => {
      failedWith(await failToStart(), /green-1 \(Kong Gateway 3\.10\.0\) /);
      const ran = await gateway.stack.destroy();
      assert.equal(ran.code, 0, ran.output);
      await nothingLeft(gateway.stack);
    });
  });
});
