import assert from "node:assert/strict";
import { listSnapshots } from "../../components/local/postgres/snapshot";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import {
  addRoute,
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
  upTo,
  weights,
  whoAnswers,
} from "./given";

/** An upgrade, from the release before it to the one after its older slot is retired. */
interface Upgrade {
  from: string;
  to: string;
  before: StackConfig;
  upgraded: StackConfig;
  finalized: StackConfig;
  /** What answers before and after, and the databases and nodes then. */
  older: [answers: string, database: string, node: string];
  newer: [answers: string, database: string, node: string];
}

const [eight, nine, ten] = [{ version: "3.8.1" }, { version: "3.9.1" }, { version: "3.10.0" }];

const upgrades: Upgrade[] = [
  {
    from: "3.8.1",
    to: "3.9.1",
    before: { blue: eight },
    upgraded: { blue: eight, green: nine, traffic: { green: 100 } },
    finalized: { green: nine },
    older: ["blue 3.8.1", "blue_3_8_1_g1", "blue-1"],
    newer: ["green 3.9.1", "green_3_9_1_g1", "green-1"],
  },
  {
    from: "3.9.1",
    to: "3.10.0",
    before: { green: nine },
    upgraded: { green: nine, blue: ten, traffic: { blue: 100 } },
    finalized: { blue: ten },
    older: ["green 3.9.1", "green_3_9_1_g1", "green-1"],
    newer: ["blue 3.10.0", "blue_3_10_0_g1", "blue-1"],
  },
];

describe("given a gateway at 3.8.1 whose slots take turns", function () {
  this.timeout(stepLimit);
  const given = givenStack("turns");
  let upstream: Upstream;

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, { blue: eight });
    await addRoute(given.stack, upstream.port);
  });
  after(() => upstream?.close());

  for (const { from, to, before, upgraded, finalized, older, newer } of upgrades) {
    const added = newer[0].replace(" ", "-");
    const retired = older[0].replace(" ", "-");

    describe(`when it is upgraded from ${from} to ${to}`, () => {
      let atFirst: Record<string, unknown>;
      let olderPid: number | undefined;
      let routesAtFirst: string;

      it("then the new version answers with the old configuration", async () => {
        const { stack } = given;
        atFirst = await recorded(stack);
        olderPid = (await nodePids(stack))[older[2]];
        await upTo(stack, upgraded);
        assert.equal(await whoAnswers(stack), newer[0]);
        assert.deepEqual(await databases(stack), [older[1], newer[1]].sort());
        routesAtFirst = await routes();
      });

      it("and reverted, then everything is exactly as before", async () => {
        const { stack } = given;
        await upTo(stack, before);
        assert.equal(await whoAnswers(stack), older[0]);
        assert.deepEqual(await recorded(stack), atFirst);
        assert.deepEqual(await nodePids(stack), { [older[2]]: olderPid });
        assert.deepEqual([await databases(stack), await roles(stack)], [[older[1]], [older[1]]]);
        assert.equal(await routes(), routesAtFirst);
      });

      it("and upgraded again and the older slot retired, then it is alone, and the way back is closed", async () => {
        const { stack } = given;
        await upTo(stack, upgraded);
        const newerPid = (await nodePids(stack))[newer[2]];
        await stack.configure(finalized);
        const preview = await stack.preview();
        assert.equal(preview.code, 0, preview.output);
        assert.match(preview.output, new RegExp(`${older[0]} is retired.*the point of no return`));
        await upTo(stack, finalized);
        assert.equal(await whoAnswers(stack), newer[0]);
        assert.equal((await weights(stack))[newer[2].split("-")[0] as "blue" | "green"], 100);
        assert.deepEqual(await nodePids(stack), { [newer[2]]: newerPid });
        assert.deepEqual([await databases(stack), await roles(stack)], [[newer[1]], [newer[1]]]);
        assert.equal(await routes(), routesAtFirst);
        assert.deepEqual((await snapshots(stack)).slice(-4), [
          `before-${added}-g1`,
          `last-${added}-g1`,
          `before-${added}-g1`,
          `last-${retired}-g1`,
        ]);
        await settled(stack);
      });

      it("and the retirement is reverted, then that is refused, and the last snapshot named", async () => {
        const { stack } = given;
        const recordedBefore = await recorded(stack);
        const last = (await listSnapshots(stack.gateway))[0]?.location ?? "";
        assert.match(last, new RegExp(`/last-${retired}-g1-`));
        const name = older[2].split("-")[0];
        await refused(stack, upgraded, `gateway:${name}.version`, last, "gateway:restoreFrom");
        assert.deepEqual(await recorded(stack), recordedBefore);
      });
    });
  }

  describe("when it is destroyed", () => {
    it("then nothing is left but the snapshots", async () => {
      const { stack } = given;
      await stack.configure({ blue: ten });
      const ran = await stack.destroy();
      assert.equal(ran.code, 0, ran.output);
      await nothingLeft(stack);
    });
  });

  async function routes(): Promise<string> {
    const response = await fetch(`${given.stack.adminUrl}/routes`, { headers: { connection: "close" } });
    const { data } = (await response.json()) as { data: { id: string; name: string }[] };
    return JSON.stringify(data.map(({ id, name }) => [id, name]));
  }
});
