import assert from "node:assert/strict";
import { drainLimitOf, timeoutsOf } from "../../stacks/config/limits";
import { readConfig } from "../../stacks/config/read";
import { check, existing, type Given, good, read, two } from "./given";

describe("a stack's config", () => {
  describe("that is good", () => {
    const table: [what: string, given: Given][] = [
      ["the least that there can be", good],
      ["two slots", two()],
      ["a four-part version", { ...good, blue: { version: "3.10.0.11" } }],
      ["equal versions with a source", { ...good, green: { version: "3.9.1" }, source: "blue" }],
      ["an existing gateway", { ...good, blue: { version: "3.9.1", existing } }],
      ["settings of the product", { ...good, blue: { version: "3.9.1", settings: { role: "traditional" } } }],
      ["a status, or several", check({ status: 204 })],
      ["several statuses", check({ status: [200, 404] })],
      ["keys of other projects and of Pulumi", { ...good }],
      [
        "a database for both slots",
        {
          ...good,
          strategy: "blue-green-shared-database",
          database: { host: "db", name: "kong", user: "kong" },
        },
      ],
      ["a password", { ...good, database: { password: "p w'\"$\\" } }],
    ];
    for (const [what, given] of table) {
      it(what, () => {
        const { settings, findings } = read(given);
        assert.deepEqual(findings, []);
        assert.ok(settings);
      });
    }
    it("has the documented defaults", () => {
      const { settings } = read(good);
      assert.ok(settings);
      const { config, release, strategy, product, runnable } = settings;
      assert.deepEqual([config.platform, strategy, product.name], ["local", "blue-green", "kong"]);
      assert.equal(drainLimitOf(config), 60);
      assert.deepEqual(timeoutsOf(config), {
        ...{ snapshot: 600, database: 600, migration: 600, start: 60, stop: 30, weights: 30, lock: 120 },
      });
      assert.deepEqual(release.weights, { blue: 100, green: 0 });
      assert.deepEqual([release.slots.blue?.nodes, release.slots.blue?.generation], [1, 1]);
      assert.deepEqual(settings.smokeChecks, runnable?.smokeTests);
    });
    it("does not look at keys of other projects", () => {
      const raw = {
        "gateway:product": "kong",
        "gateway:blue": `{"version":"3.9.1"}`,
        "aws:region": "x",
        other: "y",
      };
      assert.deepEqual(readConfig(raw, () => ({ place: {} })).findings, []);
    });
    it("keeps passwords out of the release", () => {
      const withPasswords = {
        ...two({ database: { password: "one-for-all" } }),
        blue: {
          version: "3.9.1",
          existing: { ...existing, database: { ...existing.database, password: "of-blue" } },
        },
      };
      const { settings } = read(withPasswords);
      assert.ok(settings);
      assert.doesNotMatch(JSON.stringify(settings.release), /one-for-all|of-blue/);
      assert.deepEqual(
        [settings.secrets.blue?.password, settings.secrets.green?.password],
        ["of-blue", "one-for-all"],
      );
    });
  });

  describe("weights", () => {
    const table: [given: Given | undefined, blue: number, green: number][] = [
      [undefined, 100, 0],
      [{ blue: 90, green: 10 }, 90, 10],
      [{ green: 10 }, 90, 10],
      [{ blue: 0 }, 0, 100],
      [{ blue: 100, green: 0 }, 100, 0],
    ];
    for (const [traffic, blue, green] of table) {
      it(`${JSON.stringify(traffic) ?? "left out"}: ${blue} and ${green}`, () => {
        assert.deepEqual(read(two(traffic ? { traffic } : {})).settings?.release.weights, { blue, green });
      });
    }
    it("left out go to the older slot, whatever its colour", () => {
      const { settings } = read({
        product: "kong",
        blue: { version: "3.10.0" },
        green: { version: "3.9.1" },
      });
      assert.deepEqual(settings?.release.weights, { blue: 0, green: 100 });
    });
    it("of 0 for a slot that is not there are no fault", () => {
      assert.deepEqual(read({ ...good, traffic: { blue: 100, green: 0 } }).findings, []);
    });
  });

  it("tells of all that is wrong at once", () => {
    const { findings } = read({
      product: "axway",
      platform: "hosts",
      blue: { version: 3.1, nodes: 0 },
      green: { version: "x" },
      traffic: { blue: 200 },
      drainLimit: -1,
      window: "x",
      nonsense: 1,
    });
    assert.deepEqual(findings.map(({ key }) => key.slice("gateway:".length)).sort(), [
      ...["blue.nodes", "blue.version", "drainLimit", "green.version", "nonsense", "platform"],
      ...["traffic.blue", "window"],
    ]);
  });
  it("never tells a password", () => {
    const secret = "p4ssw0rd";
    const given = {
      ...good,
      database: { password: `${secret}\n` },
      blue: {
        version: "3.9.1",
        database: { password: [secret] },
        settings: { properties: { pg_password: secret } },
      },
    };
    assert.doesNotMatch(JSON.stringify(read(given).findings), new RegExp(secret));
  });
});
