import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { admin, settled, stepLimit, upTo, weights } from "./given";
import { blueServes, cancel, givenGateway, greenServes, killEngine, snapshotsOf, until } from "./trouble";

describe("given an upgrade under load whose engine is killed again and again", function () {
  this.timeout(stepLimit);
  const gateway = givenGateway("fkill");

  /** Carries the upgrade out until a command is at work on this piece, then kills the engine. */
  const killAt = async (piece: string, purpose: string) => {
    const { stack } = gateway;
    await stack.configure(gateway.upgrade);
    const running = stack.start(["up", "--yes", "--skip-preview"]);
    const holder = path.join(stack.gateway, "locks", `${piece}.json`);
    const works = async () => (await readFile(holder, "utf8").catch(() => "")).includes(purpose);
    await until(async () => running.process.exitCode !== null || (await works()), 240);
    assert.equal(running.process.exitCode, null, running.output());
    await killEngine(running);
    await cancel(stack);
    assert.deepEqual(await weights(stack), blueServes);
    assert.equal(await writing(), "423 An upgrade is under way");
  };
  /** What the Admin API says to a write: its status and, where it is refused, the beginning of the reason. */
  const writing = async () => {
    const answer = await admin(gateway.stack, "PUT", "/consumers/somebody", {});
    const { message = "" } = (await answer.json()) as { message?: string };
    return `${answer.status} ${message.split(":")[0]}`.trim();
  };

  for (const { moment, piece, purpose } of [
    { moment: "the snapshot is taken", piece: "snapshot-before-green-3.10.0-g1", purpose: "taking" },
    { moment: "the database is filled", piece: "database-green_3_10_0_g1", purpose: "filling" },
    { moment: "the migration runs", piece: "database-green_3_10_0_g1", purpose: "migrations-up" },
    { moment: "the node starts", piece: "node-green-1", purpose: "starting" },
  ]) {
    it(`when it is killed while ${moment}, blue serves`, () => killAt(piece, purpose));
  }
  it("then an up completes the upgrade", async () => {
    await upTo(gateway.stack, gateway.upgrade);
    assert.deepEqual(await weights(gateway.stack), greenServes);
  });
  it("then a second up changes nothing", () => settled(gateway.stack));
  it("then the revert leaves nothing of green, and blue's Admin API takes writes again", async () => {
    await gateway.revert();
    assert.equal(await writing(), "200");
  });
  it("when it is killed while the database is filled and reverted at once, nothing is left of green", async () => {
    await killAt("database-green_3_10_0_g1", "filling");
    await gateway.revert();
    assert.equal(await writing(), "200");
  });
  it("then the snapshots on disk are whole", async () => {
    for (const name of await snapshotsOf(gateway.stack)) {
      const manifest = path.join(gateway.stack.gateway, "snapshots", name, "manifest.json");
      assert.match(await readFile(manifest, "utf8"), /"sha256"/);
    }
  });
  it("then the load has lost nothing through all of it", () => gateway.loadLostNothing());
});
