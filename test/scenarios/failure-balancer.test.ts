import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { backend, tell } from "../../components/local/haproxy/runtime";
import { project, type StackConfig } from "../../tools/stack";
import {
  admin,
  databases,
  nodePids,
  nothingLeft,
  processes,
  settled,
  snapshots,
  stateFile,
  stepLimit,
  upTo,
  weights,
} from "./given";
import {
  blueServes,
  failedWith,
  givenGateway,
  greenServes,
  killedAtTheWeights,
  startUntil,
  until,
} from "./trouble";

describe("given a gateway whose traffic is shared by blue and green", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("fbal");
  const shared: StackConfig = { ...gateway.upgrade, traffic: { blue: 30, green: 70 } };
  const sharedWeights = { blue: 30, green: 70 };
  let consumers = 0;

  /** Which version the way to the Admin API leads to, and whether it takes a write. */
  const wayToAdmin = async (): Promise<string> => {
    const reading = await admin(gateway.stack, "GET", "/");
    const { version } = (await reading.json()) as { version: string };
    const writing = await admin(gateway.stack, "POST", "/consumers", { username: `consumer-${consumers++}` });
    if (writing.status === 201) return `${version} open`;
    assert.equal(writing.status, 423);
    assert.match(writing.headers.get("content-type") ?? "", /^application\/json/);
    const { message } = (await writing.json()) as { message: string };
    assert.match(message, /^An upgrade is under way: .*Give green all weight.*or take green out/);
    return `${version} closed`;
  };

  const balancers = async () =>
    (await processes(gateway.stack)).filter(({ command }) => command.includes("haproxy.cfg"));

  describe("when its upgrade fails", () => {
    it("then the Admin API stays closed for writes, with the reason, and blue is read", async () => {
      assert.equal(await wayToAdmin(), "3.9.1 open");
      await gateway.faults("3.10.0:migration-fails");
      await gateway.stack.configure(shared);
      failedWith(await gateway.stack.up(), /injected fault/);
      assert.equal(await wayToAdmin(), "3.9.1 closed");
    });
    it("then a revert opens it", async () => {
      await gateway.revert();
      assert.equal(await wayToAdmin(), "3.9.1 open");
    });
    it("then it stays closed while two slots share the traffic", async () => {
      await upTo(gateway.stack, shared);
      assert.deepEqual(await weights(gateway.stack), sharedWeights);
      assert.equal(await wayToAdmin(), "3.9.1 closed");
    });
  });

  describe("when the balancer is reloaded", () => {
    it("then the weights and the closed way survive", async () => {
      const before = (await balancers()).map(({ pid }) => pid);
      const master = Number(await readFile(path.join(gateway.stack.gateway, "balancer/haproxy.pid"), "utf8"));
      process.kill(master, "SIGUSR2");
      await until(async () => (await balancers()).some(({ pid }) => !before.includes(pid)));
      // The old worker may still hold the socket for a moment.
      await until(async () => (await weights(gateway.stack).catch(() => undefined)) !== undefined);
      assert.deepEqual(await weights(gateway.stack), sharedWeights);
      assert.equal(await wayToAdmin(), "3.9.1 closed");
    });
    it("then a second up changes nothing", () => settled(gateway.stack));
  });

  describe("when the weights are changed by hand in the balancer", () => {
    it("then the next up writes them again though the config is the same", async () => {
      const byHand = [`set weight ${backend}/blue-1 200`, `set weight ${backend}/green-1 50`];
      await tell(gateway.stack.gateway, byHand);
      assert.deepEqual(await weights(gateway.stack), { blue: 80, green: 20 });
      await upTo(gateway.stack, shared);
      assert.deepEqual(await weights(gateway.stack), sharedWeights);
    });
  });

  describe("when a node is told to go while it has weight", () => {
    it("then its delete refuses and it serves on", async () => {
      const state = JSON.parse(await readFile(stateFile(gateway.stack), "utf8")) as {
        checkpoint: { latest: { resources: { urn: string; inputs?: { environment: object } }[] } };
      };
      const node = state.checkpoint.latest.resources.find(({ urn }) => urn.endsWith("::green-1"));
      const env = { ...process.env, ...node?.inputs?.environment };
      const command = ["components/local/commands/run.cjs", "node", "remove"];
      const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
        execFile(process.execPath, command, { cwd: project, env }, (error, _, stderr) =>
          resolve({ code: error?.code, stderr }),
        ),
      );
      assert.equal(ended.code, 1);
      assert.match(
        ended.stderr,
        /^green-1 has weight \d+ in the balancer: it serves users and is not taken away$/m,
      );
      assert.deepEqual(Object.keys(await nodePids(gateway.stack)), ["blue-1", "green-1"]);
      assert.deepEqual(await weights(gateway.stack), sharedWeights);
    });
  });

  describe("when green gets all the traffic", () => {
    it("then the Admin API is green's and open", async () => {
      await upTo(gateway.stack, gateway.upgrade);
      assert.equal(await wayToAdmin(), "3.10.0 open");
    });
  });

  describe("when no snapshot can be taken of a database that is to go", () => {
    const hidden = () => path.join(gateway.stack.gateway, "snapshots.hidden");
    const place = () => path.join(gateway.stack.gateway, "snapshots");

    it("then the revert moves the traffic back, says so and keeps the database", async () => {
      await rename(place(), hidden());
      await writeFile(place(), "in the way");
      await gateway.stack.configure(gateway.blueAlone);
      failedWith(await gateway.stack.up(), /not a directory.*last-green-3\.10\.0-g1/);
      assert.deepEqual(await weights(gateway.stack), blueServes);
      assert.deepEqual(await databases(gateway.stack), ["blue_3_9_1_g1", "green_3_10_0_g1"]);
    });
    it("then, once one can be taken, the next up takes it and drops the database", async () => {
      await rm(place());
      await mkdir(place());
      await gateway.revert();
      assert.deepEqual(await snapshots(gateway.stack), ["last-green-3.10.0-g1"]);
      assert.equal(await wayToAdmin(), "3.9.1 open");
    });
    it("then the load has lost nothing through all of it", () => gateway.loadLostNothing());
  });

  describe("when the balancer is killed", () => {
    it("then the next up starts it with the weights that it had", async () => {
      await upTo(gateway.stack, shared);
      for (const { pid } of await balancers()) process.kill(pid, "SIGKILL");
      await until(async () => (await balancers()).length === 0);
      await upTo(gateway.stack, shared);
      assert.deepEqual(await weights(gateway.stack), sharedWeights);
      assert.equal(await wayToAdmin(), "3.9.1 closed");
    });
    it("then a second up changes nothing", () => settled(gateway.stack));
  });

  describe("when a shift fails at the drain's limit, and the next one is killed before its write", () => {
    it("then a destroy waits for the late write, ends, and leaves nothing but snapshots", async () => {
      // In the balancer's turns, six requests are enough for one on blue.
      const held = [];
      for (let count = 0; count < 6; count++) held.push(await gateway.heldRequest());
      await gateway.stack.configure(gateway.upgrade);
      failedWith(await gateway.stack.up(), /still in flight after 4 s: \d on blue-1/);
      assert.deepEqual(await weights(gateway.stack), greenServes);
      const { release } = await killedAtTheWeights(gateway.stack, shared, "command");
      for (const request of held) assert.match(await request.release(), /^200 from/);
      const destroying = await startUntil(
        gateway.stack,
        "destroy",
        /waiting up to \d+ s for "writing the weights"/,
      );
      release();
      const ran = await destroying.ended;
      assert.equal(ran.code, 0, ran.output);
      await nothingLeft(gateway.stack);
    });
  });
});
