import assert from "node:assert/strict";
import { planOf } from "../../products/plan";
import { type Release, sharedDatabase, type SlotName } from "../../products/release";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

const at = (host: string) => ({
  place: { address: "a", database: { host, port: 5432, name: "kong", user: "kong" } },
});

/** Blue at 3.9.0 and green at 3.9.1, or one of them, on one database. */
function shared(names: SlotName[], blueWeight: number, host = "db"): Release {
  const all = { blue: slot("3.9.0", at(host)), green: slot("3.9.1", at(host)) };
  const slots = Object.fromEntries(names.map((name) => [name, all[name]]));
  return { ...release(slots, blueWeight), strategy: sharedDatabase };
}

describe("on a database that both slots share", () => {
  const blue = shared(["blue"], 100);
  const shifted = shared(["blue", "green"], 0);
  const green = shared(["green"], 0);

  describe("the plan says", () => {
    const table: [what: string, previous: Release | undefined, next: Release, says: RegExp, not: RegExp][] = [
      ["where the first slot's data is", undefined, blue, /on the database that config gives/, /of its own/],
      [
        "what the newer slot changes in it",
        blue,
        shared(["blue", "green"], 100),
        /a verified snapshot of blue's database taken, and migrated in it only what blue can live with/,
        /not touched/,
      ],
      ["that a rollback drops nothing", shifted, blue, /the shared database stays/, /last snapshot/],
      [
        "what there is no way back from, and its gate",
        shifted,
        green,
        /its nodes are stopped, and then the migrations on the shared database are finished, once green has all the weight and is healthy: the point of no return/,
        /last snapshot/,
      ],
    ];
    for (const [what, previous, next, says, not] of table) {
      it(what, () => {
        const plan = planOf(changeOf({ previous, next, strategy: sharedDatabase })).join("\n");
        assert.match(plan, says);
        assert.doesNotMatch(plan, not);
      });
    }
  });

  describe("the rules of transition", () => {
    const rules = (previous: Release, next: Release) =>
      found(changeOf({ previous, next, strategy: sharedDatabase }))
        .map(({ rule }) => rule)
        .filter((rule) => rule.startsWith("transition/"));
    it("let it be upgraded, rolled back and finished", () => {
      for (const [previous, next] of [
        [blue, shifted],
        [shifted, blue],
        [shifted, green],
      ] as const) {
        assert.deepEqual(rules(previous, next), []);
      }
    });
    it("do not let a slot that stands change its database", () => {
      const elsewhere = shared(["blue"], 100, "another-db");
      assert.deepEqual(rules(blue, elsewhere), ["transition/serving-slot-changed"]);
    });
    it("do not let one change over to a copy, or from one", () => {
      const copied = release({ blue: slot("3.9.0") }, 100);
      assert.deepEqual(rules(blue, copied), ["transition/serving-slot-changed"]);
      assert.deepEqual(rules(copied, blue), ["transition/serving-slot-changed"]);
    });
  });
});
