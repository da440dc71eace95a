import assert from "node:assert/strict";
import { nearest } from "../../stacks/config/did-you-mean";
import { check, existing, type Given, good, read } from "./given";

const blue = (other: Given) => ({ ...good, blue: { version: "3.9.1", ...other } });

describe("a name that is nearly one that there is", () => {
  const table: [what: string, given: Given, key: string, meant: string][] = [
    ["a key", { ...good, trafic: { blue: 100 } }, "trafic", "traffic"],
    ["a key in capitals", { ...good, DrainLimit: 5 }, "DrainLimit", "drainLimit"],
    ["a key of a slot", blue({ nodse: 1 }), "blue.nodse", "nodes"],
    ["a slot's weight", { ...good, traffic: { bleu: 100 } }, "traffic.bleu", "blue"],
    [
      "a key two levels down",
      blue({ existing: { ...existing, adminApo: "x" } }),
      "blue.existing.adminApo",
      "adminApi",
    ],
    ["a time limit", { ...good, timeouts: { snapshots: 5 } }, "timeouts.snapshots", "snapshot"],
    ["a key within a list", check({ stats: 200 }), "smokeTests.checks.0.stats", "status"],
    [
      "a key of a plugin",
      { ...good, customPlugins: [{ name: "p", version: "1", tabels: {} }] },
      "customPlugins.0.tabels",
      "tables",
    ],
    [
      "a setting of the product",
      blue({ settings: { propertys: {} } }),
      "blue.settings.propertys",
      "properties",
    ],
    ["a product", { ...good, product: "kongg" }, "product", "kong"],
    ["a platform", { ...good, platform: "locl" }, "platform", "local"],
    ["a strategy", { ...good, strategy: "blue-gren" }, "strategy", "blue-green"],
    ["one of a few words", { ...good, freeze: "detct" }, "freeze", "detect"],
  ];
  for (const [what, given, key, meant] of table) {
    it(`${what}: ${meant}`, () => {
      const { findings } = read(given);
      const finding = findings.find((each) => each.key === `gateway:${key}`);
      assert.match(finding?.remedy ?? "", new RegExp(`^Did you mean ${meant}\\? `));
    });
  }

  describe("and one that is near nothing gets no advice", () => {
    const far: [name: string, known: string[]][] = [
      ["replicas", ["version", "nodes", "settings"]],
      ["aws", ["id", "to"]],
      ["x", ["blue", "green"]],
      ["", ["blue"]],
      ["x".repeat(10_000), ["x".repeat(9_999)]],
    ];
    for (const [name, known] of far) {
      it(`"${name.slice(0, 20)}"`, () => assert.equal(nearest(name, known), undefined));
    }
    it("but what there is", () => {
      const [finding] = read({ ...good, product: "moonlight" }).findings;
      assert.match(finding?.remedy ?? "", /^Use one of: kong, /);
    });
  });
});
