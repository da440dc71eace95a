import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { filesOf } from "../../components/local/layout";
import { heldLocks, withLock } from "../../components/local/lock";

/** A promise that a test keeps when it wants to. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe("the lock of a piece", () => {
  let directory: string;
  let said: string[];
  const print = console.error;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "lock-"));
    said = [];
    console.error = (text: string) => said.push(text);
  });
  afterEach(async () => {
    console.error = print;
    await rm(directory, { recursive: true });
  });
  const lock = (purpose: string, other: { piece?: string; limit?: number } = {}) => ({
    ...{ directory, piece: "weights", purpose, limit: 10 },
    ...other,
  });

  /** Holds a lock until the test lets go. */
  async function hold(purpose: string, piece = "weights") {
    const [entered, left] = [gate(), gate()];
    const done = withLock(lock(purpose, { piece }), async () => {
      entered.open();
      await left.opened;
    });
    await entered.opened;
    return async () => {
      left.open();
      await done;
    };
  }

  it("lets one holder in at a time", async () => {
    const order: string[] = [];
    const work = (name: string) =>
      withLock(lock(name), async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        order.push(`${name} out`);
      });
    await Promise.all([work("a"), work("b"), work("c")]);
    const names = order.filter((_, index) => index % 2 === 0).map((entry) => entry.split(" ")[0]);
    assert.deepEqual(
      order,
      names.flatMap((name) => [`${name} in`, `${name} out`]),
    );
    assert.deepEqual([...names].sort(), ["a", "b", "c"]);
  });

  it("keeps pieces that have nothing to do with each other side by side", async () => {
    const release = await hold("writing the weights");
    assert.equal(
      await withLock(lock("starting", { piece: "node-blue-1" }), () => Promise.resolve("done")),
      "done",
    );
    assert.deepEqual(said, []);
    await release();
  });

  it("says for whom it waits, and how long at most", async () => {
    const release = await hold("writing the weights");
    const waiting = withLock(lock("draining"), () => Promise.resolve());
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(said, [
      `waiting up to 10 s for "writing the weights" (process ${process.pid}), which works on weights`,
    ]);
    await release();
    await waiting;
  });

  it("gives up at its limit, naming the holder and the key of the limit", async () => {
    const release = await hold("writing the weights");
    await assert.rejects(
      withLock(lock("draining", { limit: 1 }), () => Promise.resolve()),
      {
        message:
          `weights is still held by "writing the weights" (process ${process.pid}) after 1 s. Wait for it or end it, ` +
          `then run the update again; gateway:timeouts.lock sets the limit.`,
      },
    );
    await release();
  });

  it("is let go when the work fails, and leaves no file", async () => {
    await assert.rejects(
      withLock(lock("failing"), () => Promise.reject(new Error("it failed"))),
      /it failed/,
    );
    assert.deepEqual(await readdir(filesOf(directory).locks), []);
    assert.equal(await withLock(lock("next"), () => Promise.resolve("in")), "in");
  });

  it("is told of while it is held, with its holder", async () => {
    assert.deepEqual(await heldLocks(directory), []);
    const release = await hold("writing the weights");
    const other = await hold("starting blue-1", "node-blue-1");
    assert.deepEqual((await heldLocks(directory)).sort(), [
      `"starting blue-1" (process ${process.pid}) on node-blue-1`,
      `"writing the weights" (process ${process.pid}) on weights`,
    ]);
    await release();
    await other();
    assert.deepEqual(await heldLocks(directory), []);
  });

  it("of a holder that was killed is respected until it is stale, and taken over then", async () => {
    const child = spawn(
      process.execPath,
      [
        ...["--require", require.resolve("../../tools/typescript.cjs"), "--eval"],
        `require(${JSON.stringify(require.resolve("../../components/local/lock"))}).withLock(
          ${JSON.stringify(lock("an orphan's work"))},
          () => new Promise((resolve) => { process.stdout.write("held"); setTimeout(resolve, 60_000); }));`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    await assert.rejects(
      withLock(lock("too early", { limit: 1 }), () => Promise.resolve()),
      new RegExp(`held by "an orphan's work" \\(process ${child.pid}\\)`),
    );
    assert.deepEqual(await heldLocks(directory), [`"an orphan's work" (process ${child.pid}) on weights`]);

    // As though the holder had last been seen 11 seconds ago.
    const seen = new Date(Date.now() - 11_000);
    await utimes(path.join(filesOf(directory).locks, "weights.lock"), seen, seen);
    assert.deepEqual(await heldLocks(directory), []);
    assert.equal(await withLock(lock("the next update"), () => Promise.resolve("in")), "in");
  });
});
