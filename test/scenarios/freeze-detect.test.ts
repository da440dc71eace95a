import assert from "node:assert/strict";
import { withClient } from "../../components/local/postgres/client";
import type { CutoverReport } from "../../products/freeze";
import type { StackConfig } from "../../tools/stack";
import { accessTo, admin, refused, settled, snapshots, stepLimit, upTo, weights } from "./given";
import {
  blueServes,
  failedWith,
  givenGateway,
  greenServes,
  type HeldRequest,
  startUntil,
  until,
} from "./trouble";

/** A service that an administrator writes by the one way to the Admin API. */
async function writeService(stack: Parameters<typeof admin>[0], name: string): Promise<string> {
  const answer = await admin(stack, "PUT", `/services/${name}`, { url: "http://127.0.0.1:9" });
  assert.equal(answer.status, 200, await answer.clone().text());
  return ((await answer.json()) as { id: string }).id;
}

describe("given a gateway whose configuration is not held while it is upgraded", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("fdetect", { freeze: "detect", drainLimit: 120 });
  const provisioned: StackConfig = { ...gateway.upgrade, traffic: { green: 0 } };
  const generation = (number: number, traffic = 100): StackConfig => ({
    ...gateway.upgrade,
    green: { version: "3.10.0", generation: number },
    traffic: { green: traffic },
  });

  /** Changes a service past its Admin API, as somebody with a database client would. */
  const writePastTheApi = async (name: string, database = "blue_3_9_1_g1") => {
    const access = await accessTo(gateway.stack, database);
    await withClient(access, (client) =>
      client.query("update services set retries = coalesce(retries, 0) + 1 where name = $1", [name]),
    );
  };
  const cutover = async () => (await gateway.stack.outputs()).cutover as CutoverReport;
  const idOf = async (service: string) => {
    const found = (await (await admin(gateway.stack, "GET", `/services/${service}`)).json()) as {
      id: string;
    };
    return found.id;
  };

  describe("when configuration is written after it was copied", () => {
    let late = "";
    it("then it is taken, since nothing holds it", async () => {
      await upTo(gateway.stack, provisioned);
      late = await writeService(gateway.stack, "late");
    });
    it("then the preview of the shift refuses, and names what changed by its id, and the way on", async () => {
      const words = [`services +1 (${late})`, "raise gateway:green.generation to 2"];
      await refused(gateway.stack, gateway.upgrade, "error: gateway:traffic.green:", ...words);
    });
    it("then the update refuses too, and the weights are those of before", async () => {
      failedWith(await gateway.stack.up(), /services \+1/);
      assert.deepEqual(await weights(gateway.stack), blueServes);
    });
    it("then a new generation takes a fresh copy", async () => {
      await upTo(gateway.stack, generation(2, 0));
      assert.equal((await snapshots(gateway.stack)).at(-2), "before-green-3.10.0-g2");
    });
    it("then, if green's own database is written to, the preview refuses: it is not blue's any more", async () => {
      await writePastTheApi("late", "green_3_10_0_g2");
      await refused(
        gateway.stack,
        generation(2),
        `green's configuration is not blue's: services ~1 (${late})`,
        "raise gateway:green.generation to 3",
      );
    });
  });

  describe("when a row is changed past the Admin API once the update has begun", () => {
    it("then the gate stops the cutover, and names the row", async () => {
      const echo = await idOf("echo");
      await gateway.revert();
      await gateway.stack.configure(generation(3));
      // The copy is taken, and the database is being filled: what is written now is on blue alone.
      const running = await startUntil(gateway.stack, "up", / before-green-3\.10\.0-g3 created/);
      await writePastTheApi("echo");
      const ran = await running.ended;
      failedWith(ran, /no weight for green: blue's configuration was written to after it was copied/);
      assert.ok(ran.output.replace(/\s+/g, " ").includes(`services ~1 (${echo})`), ran.output);
      assert.deepEqual(await weights(gateway.stack), blueServes);
    });
    it("then a new generation goes through, and green has both changes", async () => {
      await upTo(gateway.stack, generation(4));
      assert.deepEqual(await weights(gateway.stack), greenServes);
      assert.equal((await admin(gateway.stack, "GET", "/services/late")).status, 200);
      assert.deepEqual((await cutover()).late, []);
    });
  });

  describe("when green's configuration is written after it took over", () => {
    it("then the preview of a rollback lists what it loses by id, and does not refuse", async () => {
      const id = await writeService(gateway.stack, "only-on-green");
      await gateway.stack.configure(gateway.blueAlone);
      const ran = await gateway.stack.preview();
      assert.equal(ran.code, 0, ran.output);
      const text = ran.output.replace(/\s+/g, " ");
      assert.match(text, /this is a rollback to blue 3\.9\.1/);
      assert.ok(text.includes(`services +1 (${id})`), ran.output);
      assert.match(text, /warning: gateway:green: .*services \+1/);
    });
    it("then the revert works, and the Admin API is blue's again", async () => {
      await gateway.revert();
      assert.equal((await admin(gateway.stack, "GET", "/services/only-on-green")).status, 404);
      await writeService(gateway.stack, "after-the-revert");
    });
  });

  describe("when blue is written to between the gate and the end of its drain", () => {
    let held: HeldRequest;
    let changed = "";
    it("then the cutover goes through, warns of it by id, and keeps it in the outputs", async () => {
      changed = await idOf("echo");
      held = await gateway.heldRequest();
      // The same life as before its revert: what was noted of that one is gone.
      await gateway.stack.configure(generation(4));
      const running = await startUntil(gateway.stack, "up", / traffic (created|updated)/);
      await writePastTheApi("echo");
      await held.release();
      const ran = await running.ended;
      assert.equal(ran.code, 0, ran.output);
      assert.match(
        ran.output.replace(/\s+/g, " "),
        /warning: written to blue-3\.9\.1-g1 while green-3\.10\.0-g4 took over/,
      );
      assert.deepEqual((await cutover()).late, [
        { table: "services", added: [], removed: [], changed: [changed] },
      ]);
      await settled(gateway.stack);
    });
    const retired: StackConfig = {
      freeze: "detect",
      drainLimit: 120,
      green: { version: "3.10.0", generation: 4 },
    };
    it("then retiring blue is refused until that is acknowledged", async () => {
      await refused(gateway.stack, retired, `services ~1 (${changed})`, '"freeze/late-changes"');
      await upTo(gateway.stack, { ...retired, acknowledge: ["freeze/late-changes"] });
      await until(async () => (await weights(gateway.stack)).blue === 0);
    });
    it("then the load has lost nothing through all of it", () => gateway.loadLostNothing());
  });
});
