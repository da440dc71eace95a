import assert from "node:assert/strict";
import fc from "fast-check";
import { lifeOf, olderAndNewer, type Release, type SlotName, slotNames } from "../../products/release";
import { review } from "../../products/rule";
import type { Situation } from "../../products/rules/situation";
import { transitionRules } from "../../products/rules/transition";
import { changeOf } from "./changes";
import { existing, release, slot } from "./releases";

type Weights = Record<SlotName, number>;

/** What the rules of transition alone say. */
function reviewTransition(situation: Omit<Situation, "previous"> & { previous?: Release }) {
  return review(transitionRules, changeOf(situation), ["last release", "live gateway"]).findings;
}

const alone = release({ blue: slot("3.9.1") }, 100);
/** blue at 3.9.1 with this weight, green at 3.10.0 with the rest. */
const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0") }, blueWeight);
const live = (blue: number): Weights => ({ blue, green: 100 - blue });

describe("what may follow a release", () => {
  describe("allowed", () => {
    const table: [step: string, previous: Release | undefined, next: Release, live?: Weights][] = [
      ["a new stack with one slot", undefined, alone],
      ["a new stack with two slots", undefined, pair(100)],
      ["no change with one slot", alone, alone],
      ["no change with two", pair(50), pair(50)],

      ["provision: green added at weight 0", alone, pair(100)],
      ["provision and shift in one", alone, pair(0)],
      ["provision and a first share in one", alone, pair(90)],
      ["provision at the version that serves", alone, both("3.9.1", "3.9.1", 100, "blue")],
      ["provision at the serving version's next patch", alone, both("3.9.1", "3.9.2", 100)],
      [
        "provision beside an existing gateway",
        release({ blue: existing("3.9.1") }, 100),
        besideExisting(100),
      ],
      ["shift 0 → 10", pair(100), pair(90)],
      ["shift 10 → 50", pair(90), pair(50)],
      ["shift 50 → 100", pair(50), pair(0)],
      ["retain: blue stands at weight 0", pair(0), pair(0)],

      ["roll back by traffic, from all of it", pair(0), pair(100)],
      ["roll back by traffic, in part", pair(50), pair(90)],
      ["roll back by revert before any traffic", pair(100), alone],
      ["roll back by revert from a share", pair(90), alone],
      ["roll back by revert from all of it", pair(0), alone],
      [
        "roll back an existing gateway's upgrade",
        besideExisting(0),
        release({ blue: existing("3.9.1") }, 100),
      ],
      ["roll back at equal versions", both("3.9.1", "3.9.1", 0, "blue"), alone],

      ["finalize: blue retires", pair(0), release({ green: slot("3.10.0") }, 0)],
      [
        "the next upgrade: blue is added anew",
        release({ green: slot("3.10.0") }, 0),
        release({ blue: slot("3.11.0"), green: slot("3.10.0") }, 0),
      ],
      [
        "revert of the next upgrade",
        release({ blue: slot("3.11.0"), green: slot("3.10.0") }, 100),
        release({ green: slot("3.10.0") }, 0),
      ],

      ["the idle newer slot at another version", pair(100), both("3.9.1", "3.10.1", 100)],
      ["the idle newer slot at a version before", pair(100), both("3.9.1", "3.9.2", 100)],
      ["the idle newer slot at the older one's version", pair(100), both("3.9.1", "3.9.1", 100, "blue")],
      ["the idle newer slot at a higher generation", pair(100), idle({ generation: 2 })],
      ["the idle newer slot with other settings", pair(100), idle({ settings: { role: "other" } })],
      ["the idle newer slot with fewer nodes", idle({ nodes: 3 }), pair(100)],
      ["the idle newer slot at other addresses", pair(100), idle({ place: { address: "b" } })],

      ["nodes added to the slot that serves", alone, release({ blue: slot("3.9.1", { nodes: 3 }) }, 100)],
      ["nodes added to the slot that stands ready", pair(0), nodes(3, 3, 0, "3.10.0")],
      ["nodes added to a slot that gets traffic", pair(50), nodes(2, 2, 50, "3.10.0")],
      ["all weight to a slot with as many nodes", nodes(2, 2, 100, "3.10.0"), nodes(2, 2, 0, "3.10.0")],
      ["a share to a slot with fewer nodes", nodes(3, 1, 100, "3.10.0"), nodes(3, 1, 90, "3.10.0")],

      ["after an interrupted shift: the same again", pair(100), pair(0), live(0)],
      ["after an interrupted shift: its revert by traffic", pair(100), pair(100), live(0)],
      ["after an interrupted shift: green taken out", pair(100), alone, live(0)],
      ["after an interrupted provision and shift: the same again", alone, pair(0), live(0)],
      ["after an interrupted provision and shift: its revert", alone, alone, live(0)],
      ["after an interrupted rollback: the same again", pair(0), pair(100), live(100)],
      ["after an interrupted revert: the same again", pair(0), alone, live(100)],
      ["after weights that a stopped destroy took away", pair(0), pair(0), { blue: 0, green: 0 }],
    ];
    for (const [step, previous, next, liveWeights] of table) {
      it(step, () => {
        const situation = { previous, next, live: liveWeights, changedPasswords: [] };
        assert.deepEqual(reviewTransition(situation), []);
      });
    }

    it("a password with a new life of the idle newer slot", () => {
      const situation: Parameters<typeof reviewTransition>[0] = {
        previous: pair(100),
        next: idle({ generation: 2 }),
        changedPasswords: ["green"],
      };
      assert.deepEqual(reviewTransition(situation), []);
    });
    it("another password of an existing gateway's database, which changes elsewhere", () => {
      const stands = besideExisting(100);
      assert.deepEqual(reviewTransition({ previous: stands, next: stands, changedPasswords: ["blue"] }), []);
    });
  });

  describe("refused", () => {
    interface Refusal {
      step: string;
      previous: Release;
      next: Release;
      live?: Weights;
      passwords?: SlotName[];
      /** Every finding, in order: rule, key, what is wrong, what to do. */
      found: [rule: string, key: string, wrong: RegExp, remedy: RegExp][];
    }
    const green310 = release({ green: slot("3.10.0") }, 0);
    const table: Refusal[] = [
      {
        step: "the only slot replaced by another one",
        previous: alone,
        next: green310,
        found: [
          [
            "serving-slot-leaves",
            "blue",
            /^blue has 100 % of the traffic/,
            /^Keep blue and add green beside it/,
          ],
        ],
      },
      {
        step: "the older slot leaves while it serves",
        previous: pair(100),
        next: green310,
        found: [
          [
            "serving-slot-leaves",
            "blue",
            /^blue has 100 % of the traffic, and this change removes it\.$/,
            /^Keep blue, give green all weight in a change of its own, and remove blue after it\.$/,
          ],
        ],
      },
      {
        step: "the older slot leaves while it serves some",
        previous: pair(10),
        next: green310,
        found: [["serving-slot-leaves", "blue", /^blue has 10 % of the traffic/, /give green all weight/]],
      },
      {
        step: "the older slot leaves at weight 0, but a rollback that was interrupted gave it traffic",
        previous: pair(0),
        next: green310,
        live: live(100),
        found: [["serving-slot-leaves", "blue", /^blue has 100 % of the traffic/, /give green all weight/]],
      },

      {
        step: "the only slot at another version",
        previous: alone,
        next: release({ blue: slot("3.10.0") }, 100),
        found: [
          [
            "serving-slot-version",
            "blue.version",
            /^blue has 100 % of the traffic, and this change gives it version 3\.10\.0 in place of 3\.9\.1\.$/,
            /^Put version 3\.9\.1 back, and add green beside it at version 3\.10\.0\.$/,
          ],
        ],
      },
      {
        step: "the only slot at another generation",
        previous: alone,
        next: release({ blue: slot("3.9.1", { generation: 2 }) }, 100),
        found: [
          [
            "serving-slot-version",
            "blue.generation",
            /gives it generation 2 in place of 1\.$/,
            /^Put generation 1 back, and add green beside it at version 3\.9\.1 and gateway:source blue\.$/,
          ],
        ],
      },
      {
        step: "the newer slot at another version while it has a share",
        previous: pair(90),
        next: both("3.9.1", "3.11.0", 90),
        found: [
          [
            "serving-slot-version",
            "green.version",
            /^green has 10 % of the traffic/,
            /^Put version 3\.10\.0 back and give blue all weight; change green after that, in a change of its own\.$/,
          ],
        ],
      },
      {
        step: "the newer slot at another version in the change that takes its weight",
        previous: pair(0),
        next: both("3.9.1", "3.11.0", 100),
        found: [
          [
            "serving-slot-version",
            "green.version",
            /^green has 100 % of the traffic/,
            /give blue all weight/,
          ],
        ],
      },
      {
        step: "the idle newer slot at another version and with weight in one",
        previous: pair(100),
        next: both("3.9.1", "3.10.1", 0),
        found: [
          [
            "serving-slot-version",
            "green.version",
            /^green gets 100 % of the traffic, and this change gives it version 3\.10\.1 in place of 3\.10\.0\.$/,
            /^Give green version 3\.10\.1 at weight 0, and its weight in a change of its own after that\.$/,
          ],
        ],
      },
      {
        step: "the older slot at another version while it serves",
        previous: pair(100),
        next: both("3.9.2", "3.10.0", 100),
        found: [
          [
            "serving-slot-version",
            "blue.version",
            /^blue has 100 % of the traffic/,
            /^Put version 3\.9\.1 back; green is the newer slot: give it the version that you want while it has weight 0\.$/,
          ],
        ],
      },
      {
        step: "the older slot past the newer one while it serves",
        previous: pair(100),
        next: both("3.11.0", "3.10.0", 100),
        found: [
          ["serving-slot-version", "blue.version", /version 3\.11\.0 in place/, /green is the newer slot/],
        ],
      },
      {
        step: "the older slot at another version while it stands ready",
        previous: pair(0),
        next: both("3.11.0", "3.10.0", 0),
        found: [
          [
            "serving-slot-version",
            "blue.version",
            /^blue stands ready for a rollback, and this change gives it version 3\.11\.0 in place of 3\.9\.1\.$/,
            /^Put version 3\.9\.1 back; take blue out in a change of its own, then add it anew at version 3\.11\.0\.$/,
          ],
        ],
      },
      {
        step: "the newer slot, idle by the record, at another version after an interrupted shift",
        previous: pair(100),
        next: both("3.9.1", "3.10.1", 100),
        live: live(0),
        found: [
          [
            "serving-slot-version",
            "green.version",
            /^green has 100 % of the traffic/,
            /give blue all weight/,
          ],
        ],
      },

      {
        step: "fewer nodes of the only slot",
        previous: release({ blue: slot("3.9.1", { nodes: 3 }) }, 100),
        next: release({ blue: slot("3.9.1", { nodes: 2 }) }, 100),
        found: [
          [
            "serving-slot-changed",
            "blue.nodes",
            /^blue has 100 % of the traffic, and this change gives it fewer nodes\.$/,
            /^Put it back; what blue should become is a second slot at the same version: add gateway:green and set gateway:source to blue\.$/,
          ],
        ],
      },
      {
        step: "other settings of the only slot",
        previous: alone,
        next: release({ blue: slot("3.9.1", { settings: { properties: { a: "b" } } }) }, 100),
        found: [
          ["serving-slot-changed", "blue.settings", /other settings/, /a second slot at the same version/],
        ],
      },
      {
        step: "other addresses of the only slot",
        previous: alone,
        next: release({ blue: slot("3.9.1", { place: { address: "b" } }) }, 100),
        found: [
          [
            "serving-slot-changed",
            "blue",
            /other addresses or another database/,
            /a new stack with this gateway as the existing blue/,
          ],
        ],
      },
      {
        step: "another password of the only slot",
        previous: alone,
        next: alone,
        passwords: ["blue"],
        found: [
          [
            "serving-slot-changed",
            "database.password",
            /its database another password/,
            /a second slot at the same/,
          ],
        ],
      },
      {
        step: "another existing gateway",
        previous: release({ blue: existing("3.9.1") }, 100),
        next: release({ blue: existing("3.9.1", ["10.0.0.1:8000"]) }, 100),
        found: [
          ["serving-slot-changed", "blue.existing", /another existing gateway, or none/, /a second slot/],
        ],
      },
      {
        step: "other settings of the older slot while it serves",
        previous: pair(100),
        next: release({ blue: slot("3.9.1", { settings: { a: 1 } }), green: slot("3.10.0") }, 100),
        found: [
          [
            "serving-slot-changed",
            "blue.settings",
            /^blue has 100 %/,
            /make green that while it has weight 0/,
          ],
        ],
      },
      {
        step: "fewer nodes of the slot that stands ready",
        previous: nodes(3, 3, 0, "3.10.0"),
        next: nodes(1, 3, 0, "3.10.0"),
        found: [
          [
            "serving-slot-changed",
            "blue.nodes",
            /^blue stands ready for a rollback, and this change gives it fewer nodes\.$/,
            /^Put it back: a rollback goes to blue as it is\. Take blue out once you do not need it any more\.$/,
          ],
        ],
      },
      {
        step: "other settings of the newer slot while it serves",
        previous: pair(0),
        next: release({ blue: slot("3.9.1"), green: slot("3.10.0", { settings: { a: 1 } }) }, 0),
        found: [
          [
            "serving-slot-changed",
            "green.settings",
            /^green has 100 %/,
            /retire blue, then add it anew as that/,
          ],
        ],
      },
      {
        step: "other settings of the idle newer slot and weight in one",
        previous: pair(100),
        next: release({ blue: slot("3.9.1"), green: slot("3.10.0", { settings: { a: 1 } }) }, 90),
        found: [
          [
            "serving-slot-changed",
            "green.settings",
            /^green gets 10 % of the traffic/,
            /^Change green at weight 0, and give it weight in a change of its own after that\.$/,
          ],
        ],
      },
      {
        step: "another password of the idle newer slot, whose database stays",
        previous: pair(100),
        next: pair(100),
        passwords: ["green"],
        found: [
          [
            "password-changed",
            "database.password",
            /^The password of green's database changes while the database stays\.$/,
            /^Raise gateway:green\.generation by one with it/,
          ],
        ],
      },

      {
        step: "all weight to a slot with fewer nodes",
        previous: nodes(3, 2, 100, "3.10.0"),
        next: nodes(3, 2, 0, "3.10.0"),
        found: [
          [
            "too-few-nodes",
            "green.nodes",
            /^green gets all the traffic with 2 node\(s\), where blue has 3\.$/,
            /^Set gateway:green\.nodes to 3 or more/,
          ],
        ],
      },
      {
        step: "all weight to a slot with fewer nodes than the existing gateway has addresses, added in one",
        previous: release({ blue: existing("3.9.1") }, 100),
        next: besideExisting(0),
        found: [["too-few-nodes", "green.nodes", /1 node\(s\), where blue has 2/, /to 2 or more/]],
      },

      {
        step: "the revert of a finalize",
        previous: green310,
        next: pair(0),
        found: [
          [
            "older-slot-added",
            "blue.version",
            /^blue would be added at 3\.9\.1, older than 3\.10\.0, which serves: a database does not migrate backwards\.$/,
            /^Take blue out, or choose a version from 3\.10\.0 on; to go back to 3\.9\.1, the last snapshot of this stack is \/snapshots\/last \(version 3\.9\.1\): make a new stack at 3\.9\.1 with gateway:restoreFrom set to it\.$/,
          ],
        ],
      },
      {
        step: "the only slot back to an older version",
        previous: green310,
        next: release({ green: slot("3.9.1") }, 0),
        found: [
          [
            "older-slot-added",
            "green.version",
            /^green would be made anew at 3\.9\.1, older than 3\.10\.0/,
            /^Put version 3\.10\.0 back; to go back to 3\.9\.1, the last snapshot of this stack is/,
          ],
        ],
      },
      {
        step: "the idle newer slot below the one that serves",
        previous: pair(100),
        next: both("3.9.1", "3.8.0", 100),
        found: [
          [
            "older-slot-added",
            "green.version",
            /at 3\.8\.0, older than 3\.9\.1/,
            /^Put version 3\.10\.0 back/,
          ],
        ],
      },
      {
        step: "the slot that stands ready at a later version, older than the one that serves",
        previous: pair(0),
        next: both("3.9.2", "3.10.0", 0),
        found: [
          [
            "older-slot-added",
            "blue.version",
            /at 3\.9\.2, older than 3\.10\.0/,
            /^Put version 3\.9\.1 back/,
          ],
        ],
      },
      {
        step: "an older enterprise build, by its fourth part alone",
        previous: release({ green: slot("3.10.0.11") }, 0),
        next: release({ blue: slot("3.10.0.2"), green: slot("3.10.0.11") }, 0),
        found: [
          ["older-slot-added", "blue.version", /3\.10\.0\.2, older than 3\.10\.0\.11/, /^Take blue out/],
        ],
      },

      {
        step: "a source that this change adds",
        previous: alone,
        next: both("3.9.1", "3.9.1", 100, "green"),
        found: [
          [
            "source-is-new",
            "source",
            /names green, which this change makes anew/,
            /^Set gateway:source to blue\.$/,
          ],
        ],
      },
      {
        step: "a source that this change makes anew at the other one's version",
        previous: pair(100),
        next: both("3.9.1", "3.9.1", 100, "green"),
        found: [["source-is-new", "source", /its database would be empty/, /^Set gateway:source to blue\.$/]],
      },

      {
        step: "the source of two slots that stand beside each other",
        previous: both("3.9.1", "3.9.1", 50, "blue"),
        next: both("3.9.1", "3.9.1", 50, "green"),
        found: [
          [
            "source-flipped",
            "source",
            /^gateway:source names green in place of blue: green is the copy of blue/,
            /^Put blue back\.$/,
          ],
        ],
      },
      {
        step: "several at once: each is told",
        previous: release({ blue: slot("3.9.1", { nodes: 2 }) }, 100),
        next: release({ blue: slot("3.9.1", { settings: { a: 1 } }), green: slot("3.8.0") }, 100),
        passwords: ["blue"],
        found: [
          ["serving-slot-changed", "database.password", /./, /./],
          ["serving-slot-changed", "blue.nodes", /./, /./],
          ["serving-slot-changed", "blue.settings", /./, /./],
          ["older-slot-added", "green.version", /./, /./],
        ],
      },
    ];
    for (const { step, previous, next, live, passwords = [], found } of table) {
      it(step, () => {
        const lastSnapshot = { location: "/snapshots/last", version: "3.9.1" };
        const findings = reviewTransition({
          previous,
          next,
          live,
          changedPasswords: passwords,
          lastSnapshot,
        });
        assert.deepEqual(
          findings.map(({ severity, rule, key }) => [severity, rule, key]),
          found.map(([rule, key]) => ["error", `transition/${rule}`, `gateway:${key}`]),
        );
        findings.forEach((finding, index) => {
          assert.match(finding.wrong, found[index]?.[2] as RegExp);
          assert.match(finding.remedy, found[index]?.[3] as RegExp);
        });
      });
    }

    it("another version of a slot that an interrupted update left serving, which no record knows", () => {
      const lives = { green: "green-3.10.0-g1" };
      const left = { previous: alone, live: live(0), changedPasswords: [], observed: { lives } };
      const [finding, ...others] = reviewTransition({ ...left, next: both("3.9.1", "3.10.1", 0) });
      assert.deepEqual(
        [finding?.rule, finding?.key, others],
        ["transition/unrecorded-slot", "gateway:green", []],
      );
      assert.match(
        finding?.wrong ?? "",
        /^green has 100 % of the traffic as green-3\.10\.0-g1, .* makes it green-3\.10\.1-g1\.$/,
      );
      assert.deepEqual(reviewTransition({ ...left, next: pair(0) }), [], "the same update again");
      assert.deepEqual(reviewTransition({ ...left, next: alone }), [], "its revert");
    });
    it("without a snapshot, an older slot's remedy is to restore one of that version", () => {
      const [finding] = reviewTransition({ previous: green310, next: pair(0), changedPasswords: [] });
      assert.match(finding?.remedy ?? "", /with gateway:restoreFrom set to a snapshot of that version\.$/);
    });
  });
});

/** blue and green at these versions. */
function both(blue: string, green: string, blueWeight: number, source?: SlotName): Release {
  return release({ blue: slot(blue), green: slot(green) }, blueWeight, source);
}

/** green at 3.10.0 as given, idle beside blue at 3.9.1. */
function idle(green: Parameters<typeof slot>[1]): Release {
  return release({ blue: slot("3.9.1"), green: slot("3.10.0", green) }, 100);
}

function nodes(blue: number, green: number, blueWeight: number, version: string): Release {
  return release(
    { blue: slot("3.9.1", { nodes: blue }), green: slot(version, { nodes: green }) },
    blueWeight,
  );
}

function besideExisting(blueWeight: number): Release {
  return release({ blue: existing("3.9.1"), green: slot("3.10.0") }, blueWeight);
}

describe("random changes, one after the other, of which the accepted ones are carried out", () => {
  const versions = ["3.8.0", "3.9.1", "3.9.2", "3.10.0", "3.10.0.1", "3.11.0"];
  const someSlot = fc
    .record({
      version: fc.constantFrom(...versions),
      generation: fc.integer({ min: 1, max: 2 }),
      nodes: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ version, ...other }) => slot(version, other));
  /** A change as people make them: of one key, or of everything. */
  const change = fc.oneof(
    fc.record({ weight: fc.constantFrom(0, 10, 50, 90, 100) }),
    fc.record({
      colour: fc.constantFrom<SlotName>("blue", "green"),
      slot: fc.option(someSlot, { nil: undefined }),
    }),
    fc.record({
      colour: fc.constantFrom<SlotName>("blue", "green"),
      slot: fc.option(someSlot, { nil: undefined }),
      weight: fc.constantFrom(0, 50, 100),
    }),
  );
  const changes = fc.array(fc.record({ change, source: fc.constantFrom<SlotName>("blue", "green") }), {
    minLength: 5,
    maxLength: 30,
  });

  function after(
    before: Release,
    { change, source }: { change: object; source: SlotName },
  ): Release | undefined {
    const {
      weight,
      colour,
      slot: changed,
    } = change as { weight?: number; colour?: SlotName; slot?: ReturnType<typeof slot> };
    const slots = { ...before.slots };
    if (colour && changed) slots[colour] = changed;
    else if (colour) delete slots[colour];
    const order = olderAndNewer(slots, source);
    if (!order) return undefined;
    const onlyBlue = !slots.green ? 100 : !slots.blue ? 0 : undefined;
    const blue = onlyBlue ?? weight ?? before.weights.blue;
    return { slots, weights: { blue, green: 100 - blue }, ...order };
  }

  const livesOf = ({ slots }: Release) =>
    new Map(slotNames.flatMap((name) => (slots[name] ? [[name, lifeOf(name, slots[name])] as const] : [])));

  function walk(
    step: (before: Release, next: Release) => void,
  ): (list: { change: object; source: SlotName }[]) => void {
    return (list) => {
      let current = release({ blue: slot("3.9.1") }, 100);
      for (const one of list) {
        const next = after(current, one);
        if (!next || reviewTransition({ previous: current, next, changedPasswords: [] }).length > 0) continue;
        step(current, next);
        current = next;
      }
    };
  }

  it("never take a serving slot away, but the newer one whose traffic the older one takes back", () => {
    const check = walk((before, next) => {
      const [had, has] = [livesOf(before), livesOf(next)];
      for (const name of slotNames.filter((each) => before.weights[each] > 0)) {
        if (has.has(name)) {
          assert.equal(has.get(name), had.get(name), "a serving slot keeps its life");
          continue;
        }
        assert.equal(name, before.newer);
        assert.equal(next.weights[before.older], 100);
        assert.equal(has.get(before.older), had.get(before.older));
      }
    });
    fc.assert(fc.property(changes, check), { numRuns: 400 });
  });

  it("never give traffic to a slot whose database holds nothing of the one before", () => {
    // What each life's database holds: the older slot's is made empty, the newer one's is a copy of the older one's.
    let full = new Set<string>(["blue-3.9.1-g1"]);
    const check = walk((before, next) => {
      const [had, has] = [livesOf(before), livesOf(next)];
      const source = has.get(next.older) as string;
      const kept = [...has.values()].filter((life) => full.has(life) && [...had.values()].includes(life));
      const newer = next.newer && (has.get(next.newer) as string);
      const filled = newer && kept.includes(source) ? [newer] : [];
      full = new Set([...kept, ...filled]);
      for (const name of slotNames.filter((each) => next.weights[each] > 0)) {
        assert.ok(full.has(has.get(name) as string), `${has.get(name)} serves with an empty database`);
      }
    });
    const fresh = (list: Parameters<typeof check>[0]) => {
      full = new Set(["blue-3.9.1-g1"]);
      check(list);
    };
    fc.assert(fc.property(changes, fresh), { numRuns: 400 });
  });

  it("can all be made again after they were interrupted once the weights were written", () => {
    const check = walk((before, next) => {
      const again = reviewTransition({ previous: before, live: next.weights, next, changedPasswords: [] });
      assert.deepEqual(again, []);
    });
    fc.assert(fc.property(changes, check), { numRuns: 400 });
  });

  it("can all be taken back after they were interrupted, when they added the newer slot or moved traffic", () => {
    const check = walk((before, next) => {
      const added = next.newer && !before.slots[next.newer];
      const moved = JSON.stringify(before.slots) === JSON.stringify(next.slots);
      if (!added && !moved) return;
      const reverted = { ...before };
      const found = reviewTransition({
        previous: before,
        live: next.weights,
        next: reverted,
        changedPasswords: [],
      });
      assert.deepEqual(found, []);
    });
    fc.assert(fc.property(changes, check), { numRuns: 400 });
  });
});

describe("which slot is the older one", () => {
  const table: [
    blue: string | undefined,
    green: string | undefined,
    source: SlotName | undefined,
    SlotName?,
    SlotName?,
  ][] = [
    ["3.9.1", undefined, undefined, "blue"],
    [undefined, "3.9.1", undefined, "green"],
    ["3.9.1", "3.10.0", undefined, "blue", "green"],
    ["3.10.0", "3.9.1", undefined, "green", "blue"],
    ["3.10.0.2", "3.10.0.11", undefined, "blue", "green"],
    ["3.10.0", "3.10.0", "blue", "blue", "green"],
    ["3.10.0", "3.10.0", "green", "green", "blue"],
    ["3.10.0", "3.10.0.0", "green", "green", "blue"],
    ["3.9.1", "3.10.0", "green", "blue", "green"],
    ["3.10.0", "3.10.0", undefined],
    [undefined, undefined, "blue"],
  ];
  for (const [blue, green, source, older, newer] of table) {
    const given = `blue ${blue ?? "absent"}, green ${green ?? "absent"}${source ? `, source ${source}` : ""}`;
    it(`${given}: ${older ?? "not told"}`, () => {
      const slots = {
        ...(blue ? { blue: { version: blue } } : {}),
        ...(green ? { green: { version: green } } : {}),
      };
      const told = olderAndNewer(slots, source);
      assert.deepEqual([told?.older, told?.newer], [older, newer]);
    });
  }
});
