import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readCredentials } from "../../components/local/credentials-file";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import {
  addRoute,
  databaseIds,
  databases,
  givenStack,
  nodePids,
  nothingLeft,
  recorded,
  refused,
  roles,
  settled,
  snapshots,
  stepLimit,
  summary,
  upTo,
  weights,
  whoAnswers,
} from "./given";

const blue = { version: "3.9.1", nodes: 2 };
const settings = { properties: { log_level: "warn" } };

describe("given a gateway with two nodes at 3.9.1", function () {
  this.timeout(stepLimit);
  const given = givenStack("changes");
  let upstream: Upstream;

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, { blue });
    await addRoute(given.stack, upstream.port);
  });
  after(() => upstream?.close());

  /** What must not change when only the record does: processes, databases, snapshots, weights, and what a user sees. */
  async function untouched() {
    const { stack } = given;
    const [pids, ids, taken, live] = await Promise.all([
      nodePids(stack),
      databaseIds(stack),
      snapshots(stack),
      weights(stack),
    ]);
    return { pids, ids, taken, live, answers: await whoAnswers(stack) };
  }

  /** Outputs without the moment of the last write. */
  async function outputs() {
    const { release, ...others } = await given.stack.outputs();
    const { slots, weights, history } = release as Record<string, unknown>;
    return { slots, weights, history, ...others };
  }

  /** Writes another create text, and an older time limit, where the engine recorded today's. */
  async function ageTheRecord(): Promise<number> {
    const { stack } = given;
    const file = path.join(stack.directory, "exported.json");
    const exported = await stack.run(["stack", "export", "--file", file]);
    assert.equal(exported.code, 0, exported.output);
    let aged = 0;
    const text = (await readFile(file, "utf8")).replace(
      /"(create|delete)": "node components\/local\/commands\/run\.cjs /g,
      (all, key: string) => {
        aged++;
        return `"${key}": "node components/local/commands/of-last-year.cjs `;
      },
    );
    await writeFile(file, text);
    const imported = await stack.run(["stack", "import", "--file", file]);
    assert.equal(imported.code, 0, imported.output);
    return aged;
  }

  const otherLimits: StackConfig = {
    timeouts: { snapshot: 61, database: 62, migration: 63, start: 64, stop: 29, weights: 31, lock: 119 },
    drainLimit: 59,
    smokeTests: { consecutive: 1, deadline: 50, checks: [{ path: "/echo" }] },
  };

  it("when time limits and smoke tests change while it serves, nothing but the record changes", async () => {
    const { stack } = given;
    const atFirst = [await untouched(), await outputs()];
    const ran = await upTo(stack, { blue, ...otherLimits });
    assert.deepEqual(Object.keys(summary(ran)).sort(), ["unchanged", "updated"], ran.output);
    assert.deepEqual([await untouched(), await outputs()], atFirst);
  });

  it("when the text of every script is another than the recorded one, the same", async () => {
    const { stack } = given;
    const atFirst = [await untouched(), await outputs()];
    assert.ok((await ageTheRecord()) > 10);
    const ran = await upTo(stack, { blue });
    assert.deepEqual(Object.keys(summary(ran)).sort(), ["unchanged", "updated"], ran.output);
    assert.deepEqual([await untouched(), await outputs()], atFirst);
    await settled(stack);
  });

  const secondSlot = "a second slot at the same version: add gateway:green and set gateway:source to blue";
  const refusedAlone: [what: string, config: StackConfig, ...words: string[]][] = [
    [
      "its settings and its password change",
      { blue: { ...blue, settings }, database: { password: "another-one" } },
      "error: gateway:blue.settings:",
      "error: gateway:database.password:",
      secondSlot,
    ],
    [
      "its version changes",
      { blue: { ...blue, version: "3.10.0" } },
      "error: gateway:blue.version:",
      "add green beside it at version 3.10.0",
    ],
    [
      "a second slot is named as its own source",
      same("green"),
      "error: gateway:source:",
      "Set gateway:source to blue",
    ],
    [
      "a second slot has a version on no guaranteed path",
      { blue, green: { version: "3.13.0" } },
      "error: gateway:green.version:",
      "Upgrade step by step",
    ],
  ];

  function same(source: string): StackConfig {
    return { blue, green: { ...blue, settings }, source, traffic: { green: 100 } };
  }

  for (const [what, config, ...words] of refusedAlone) {
    it(`when ${what}, that is refused by its key, with the remedy`, async () => {
      await refused(given.stack, config, ...words);
    });
  }

  it("when what the preview refuses is carried out all the same, the update refuses it too, and touches nothing", async () => {
    const { stack } = given;
    const atFirst = [await untouched(), await recorded(stack)];
    await stack.configure({ blue: { ...blue, nodes: 1, settings }, database: { password: "another-one" } });
    const ran = await stack.up();
    assert.notEqual(ran.code, 0, ran.output);
    assert.match(ran.output, /\(3 errors\); nothing was touched/);
    assert.deepEqual([await untouched(), await recorded(stack)], atFirst);
  });

  it("when a second slot at the same version has the new settings and all weight, traffic rolls to it", async () => {
    const { stack } = given;
    const { pids } = await untouched();
    await upTo(stack, same("blue"));
    assert.equal(await whoAnswers(stack), "green 3.9.1");
    assert.deepEqual(await databases(stack), ["blue_3_9_1_g1", "green_3_9_1_g1"]);
    const now = await nodePids(stack);
    assert.deepEqual([now["blue-1"], now["blue-2"]], [pids["blue-1"], pids["blue-2"]]);
    const prefix = path.join(stack.gateway, "nodes/green-1/prefix/.kong_env");
    assert.match(await readFile(prefix, "utf8"), /log_level = warn/);
  });

  it("and the newer slot, which serves, is given another version or generation, that is refused", async () => {
    const { stack } = given;
    const traffic = { green: 100 };
    const next = { ...blue, version: "3.10.0" };
    await refused(
      stack,
      { blue, green: next, traffic },
      "error: gateway:green.version:",
      "give blue all weight",
    );
    const config = { ...same("blue"), green: { ...blue, settings, generation: 2 } };
    await refused(stack, config, "error: gateway:green.generation:", "give blue all weight");
  });

  it("and traffic is moved back by the weights, then blue serves, and green stays", async () => {
    const { stack } = given;
    await upTo(stack, { ...same("blue"), traffic: { blue: 100 } });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    assert.equal((await databases(stack)).length, 2);
  });

  it("when the idle newer slot is given another version, it is made anew from blue, and the old one goes", async () => {
    const { stack } = given;
    const { pids } = await untouched();
    await upTo(stack, { blue, green: { version: "3.10.0" } });
    assert.deepEqual(await databases(stack), ["blue_3_9_1_g1", "green_3_10_0_g1"]);
    assert.deepEqual(await roles(stack), ["blue_3_9_1_g1", "green_3_10_0_g1"]);
    assert.deepEqual((await snapshots(stack)).slice(-2), ["before-green-3.10.0-g1", "last-green-3.9.1-g1"]);
    const now = await nodePids(stack);
    assert.deepEqual(Object.keys(now), ["blue-1", "blue-2", "green-1"]);
    assert.notEqual(now["green-1"], pids["green-1"]);
    assert.deepEqual([now["blue-1"], now["blue-2"]], [pids["blue-1"], pids["blue-2"]]);
    await settled(stack);
  });

  it("and its password is changed without a higher generation, that is refused", async () => {
    const green = { version: "3.10.0", database: { password: "of-green-alone" } };
    await refused(given.stack, { blue, green }, "error: gateway:", "Raise gateway:green.generation by one");
  });

  it("and with it, then it is made anew, with the new password", async () => {
    const { stack } = given;
    const green = { version: "3.10.0", generation: 2, database: { password: "of-green-alone" } };
    await upTo(stack, { blue, green });
    assert.deepEqual(await databases(stack), ["blue_3_9_1_g1", "green_3_10_0_g2"]);
    assert.deepEqual(await roles(stack), ["blue_3_9_1_g1", "green_3_10_0_g2"]);
    assert.deepEqual((await snapshots(stack)).slice(-2), ["before-green-3.10.0-g2", "last-green-3.10.0-g1"]);
    assert.equal(readCredentials(stack.gateway).given.green?.password, "of-green-alone");
    assert.deepEqual(await weights(stack), { blue: 100, green: 0 });
  });

  const green = { version: "3.10.0", generation: 2, database: { password: "of-green-alone" } };
  const refusedOfTwo: [what: string, config: StackConfig, ...words: string[]][] = [
    [
      "the serving slot leaves",
      { green, traffic: { green: 100 } },
      "error: gateway:blue:",
      "give green all weight in a change of its own",
    ],
    [
      "the older slot is given another generation",
      { blue: { ...blue, generation: 2 }, green },
      "error: gateway:blue.generation:",
      "Put generation 1 back",
    ],
    [
      "all weight goes to a slot with fewer nodes",
      { blue, green, traffic: { green: 100 } },
      "error: gateway:green.nodes:",
      "Set gateway:green.nodes to 2",
    ],
    [
      "the newer slot is given a version older than the one that serves",
      { blue, green: { version: "3.8.1" } },
      "error: gateway:green.version:",
      "gateway:restoreFrom",
      "/snapshots/last-green-3.10.0-g1-",
    ],
    [
      "the serving slot becomes an existing gateway",
      {
        blue: {
          ...blue,
          existing: {
            addresses: ["127.0.0.1:1", "127.0.0.1:2"],
            adminApi: "http://127.0.0.1:3",
            statusApi: "http://127.0.0.1:4",
            database: { host: "127.0.0.1", name: "kong", user: "kong" },
          },
        },
        green,
      },
      "error: gateway:blue.existing:",
      "Put it back",
    ],
    [
      "the serving slot gets other addresses",
      { blue, green, local: { port: 8_500 } },
      "error: gateway:local:",
      "other addresses",
    ],
    [
      "a key, a product and a platform are given that nothing acts on yet",
      { blue, green, hosts: { addresses: ["10.0.0.1"] }, product: "jahia", platform: "kubernetes" },
      "error: gateway:hosts:",
      "error: gateway:platform: The platform kubernetes is not built yet.",
      "Take gateway:hosts out",
    ],
  ];

  for (const [what, config, ...words] of refusedOfTwo) {
    it(`when ${what}, that is refused by its key, with the remedy`, async () => {
      await refused(given.stack, config, ...words);
    });
  }

  it("when it is destroyed, nothing is left but the snapshots", async () => {
    const { stack } = given;
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    await stack.configure({ blue, green });
    const ran = await stack.destroy();
    assert.equal(ran.code, 0, ran.output);
    await nothingLeft(stack);
  });
});
