import assert from "node:assert/strict";
import type { Observed } from "../../products/change";
import type { Difference } from "../../products/fingerprint";
import type { Release } from "../../products/release";
import { changeOf, found } from "./changes";
import { existing, release, slot } from "./releases";

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number, generation = 1) =>
  release({ blue: slot("3.9.1"), green: slot("3.10.0", { generation }) }, blueWeight);
const green = release({ green: slot("3.10.0") }, 0);

const differences: Difference[] = [
  { table: "plugins", added: [], removed: [], changed: ["c3d4", "e5f6"] },
  { table: "routes", added: ["a1b2"], removed: [], changed: [] },
];
const told = "plugins ~2 (c3d4, e5f6); routes +1 (a1b2)";

type Step = Partial<Parameters<typeof changeOf>[0]> & { next: Release };
const review = (step: Step, rules = /^(freeze|equality|rollback)\//) =>
  found(changeOf(step)).filter(({ rule }) => rules.test(rule));

describe("what is written to the configuration during an upgrade", () => {
  const observations: [rule: string, observed: Observed, wrong: string][] = [
    [
      "freeze/drift",
      { sinceSnapshot: differences },
      `blue's configuration was changed after it was copied for green, which has none of it: ${told}.`,
    ],
    ["equality/different", { unequal: differences }, `green's configuration is not blue's: ${told}.`],
  ];
  for (const [rule, observed, wrong] of observations) {
    describe(rule, () => {
      const refused: [what: string, previous: Release, next: Release, remedy: string][] = [
        [
          "before the first traffic",
          pair(100),
          pair(90),
          "Leave green at weight 0 and raise gateway:green.generation to 2, in a change of its own: that makes a fresh snapshot and database; give green its traffic after that.",
        ],
        [
          "before more of it",
          pair(90),
          pair(0),
          "Give blue all weight first; then raise gateway:green.generation to 2, in a change of its own: that makes a fresh snapshot and database; give green its traffic after that.",
        ],
      ];
      for (const [what, previous, next, remedy] of refused) {
        it(`stops the cutover ${what}, names what differs and how to go on`, () => {
          const [finding, ...others] = review({ previous, next, observed });
          assert.deepEqual(others, []);
          const { severity, key, wrong: said, remedy: way } = finding ?? {};
          assert.deepEqual([severity, key, said, way], ["error", "gateway:traffic.green", wrong, remedy]);
        });
      }

      const free: [what: string, step: Step][] = [
        ["a rollback by traffic", { previous: pair(50), next: pair(100) }],
        ["a rollback by revert", { previous: pair(50), next: alone }],
        ["a fresh copy: the remedy", { previous: pair(100), next: pair(100, 2) }],
        ["the way to it", { previous: pair(90), next: pair(100) }],
        ["no change", { previous: pair(50), next: pair(50) }],
        [
          "traffic that has moved already",
          { previous: pair(100), next: pair(0), live: { blue: 0, green: 100 } },
        ],
        ["a newer slot that this change adds", { previous: alone, next: pair(0) }],
      ];
      for (const [what, step] of free) {
        it(`does not stop ${what}`, () => assert.deepEqual(review({ ...step, observed }), []));
      }
    });
  }

  it("is nothing when nothing was written", () => {
    const observed = { sinceSnapshot: [], unequal: [], duringCutover: [], sinceCutover: [] };
    assert.deepEqual(review({ previous: pair(100), next: pair(0), observed }), []);
    assert.deepEqual(review({ previous: pair(0), next: green, observed }), []);
    assert.deepEqual(review({ previous: pair(0), next: alone, observed }), []);
  });

  describe("while the newer slot took over", () => {
    const observed = { duringCutover: differences };
    it("must be accepted before the older slot is retired", () => {
      const [finding, ...others] = review({ previous: pair(0), next: green, observed });
      assert.deepEqual(others, []);
      assert.equal(finding?.severity, "error");
      assert.equal(finding.rule, "freeze/late-changes");
      assert.equal(finding.key, "gateway:blue");
      assert.ok(finding.wrong.endsWith(`${told}.`), finding.wrong);
      assert.equal(finding.acknowledge, "freeze/late-changes");
    });
    it("is still told when it is accepted", () => {
      const asked = { acknowledge: ["freeze/late-changes"], customPlugins: [], production: false };
      const findings = review({ previous: pair(0), next: green, observed, asked });
      assert.deepEqual(
        findings.map(({ severity, rule }) => [severity, rule]),
        [["warning", "freeze/late-changes"]],
      );
    });
    it("is not asked about before, or in a rollback", () => {
      assert.deepEqual(review({ previous: pair(0), next: pair(0), observed }), []);
      assert.deepEqual(review({ previous: pair(0), next: alone, observed }), []);
    });
  });

  describe("after it took over", () => {
    const table: [what: string, next: Release, key: string][] = [
      ["by revert", alone, "gateway:green"],
      ["by traffic", pair(100), "gateway:traffic.green"],
      ["in part", pair(50), "gateway:traffic.green"],
    ];
    for (const [what, next, key] of table) {
      it(`is what a rollback ${what} loses: a warning, never a wall`, () => {
        const [finding, ...others] = review({
          previous: pair(0),
          next,
          observed: { sinceCutover: differences },
        });
        assert.deepEqual(others, []);
        assert.deepEqual(
          [finding?.severity, finding?.rule, finding?.key],
          ["warning", "rollback/loses", key],
        );
        assert.equal(
          finding?.wrong,
          `blue's database does not have what was written to green since it took over: ${told}; counters and metrics go on from where blue left them.`,
        );
      });
    }
    it("is a warning also where it cannot be told", () => {
      const observed = { sinceCutover: "green does not answer" };
      const [finding] = review({ previous: pair(0), next: alone, observed });
      assert.equal(finding?.severity, "warning");
      assert.match(finding.wrong, /which is not known \(green does not answer\)/);
    });
    it("is not lost by anything else", () => {
      const observed = { sinceCutover: differences };
      assert.deepEqual(review({ previous: pair(0), next: pair(0), observed }), []);
      assert.deepEqual(review({ previous: pair(0), next: green, observed }), []);
    });
  });

  describe("of an existing gateway, which is reached beside the balancer", () => {
    const beside = (blueWeight: number) =>
      release({ blue: existing("3.9.1"), green: slot("3.10.0", { nodes: 2 }) }, blueWeight);
    const asked = (freeze?: "hold" | "detect") => ({
      asked: { acknowledge: [], customPlugins: [], production: false, freeze },
    });
    const stands = release({ blue: existing("3.9.1") }, 100);
    it("cannot be held", () => {
      const [finding] = review({ previous: stands, next: beside(100), ...asked("hold") });
      assert.deepEqual(
        [finding?.severity, finding?.rule, finding?.key],
        ["warning", "freeze/hold-existing", "gateway:freeze"],
      );
    });
    it("is detected by default", () => {
      assert.deepEqual(review({ previous: stands, next: beside(100), ...asked() }), []);
      assert.deepEqual(review({ previous: stands, next: beside(100), ...asked("detect") }), []);
    });
    it("is not asked about when nothing goes forward, or where the gateway is ours", () => {
      assert.deepEqual(review({ previous: beside(100), next: beside(100), ...asked("hold") }), []);
      assert.deepEqual(review({ previous: alone, next: pair(100), ...asked("hold") }), []);
    });
  });
});
