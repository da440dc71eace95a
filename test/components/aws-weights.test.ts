import assert from "node:assert/strict";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { haveSameShares, slotShares } from "../../components/aws/group-shares";
import { type GroupWeights, slotOfGroup, weightsOf } from "../../components/aws/live/weights";
import { namesOf } from "../../components/aws/names";
import type { SlotName } from "../../products/release";

const arn = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/0a1b`;

describe("weights that an action on AWS gives", () => {
  const forward = (...groups: [name: string, weight?: number][]): Action => ({
    Type: "forward",
    ForwardConfig: {
      TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    },
  });
  const table: [what: string, actions: Action[] | undefined, expected: GroupWeights][] = [
    ["two groups", [forward(["a", 90], ["b", 10])], { a: 90, b: 10 }],
    ["a weight of 0 stays one", [forward(["a", 100], ["b", 0])], { a: 100, b: 0 }],
    ["a weight that is missing counts as 1", [forward(["a"], ["b", 1])], { a: 1, b: 1 }],
    ["one group without weights", [{ Type: "forward", TargetGroupArn: "a" }], { a: 1 }],
    [
      "groups are named twice: the block of weights tells",
      [{ ...forward(["a", 3], ["b", 7]), TargetGroupArn: "a" }],
      { a: 3, b: 7 },
    ],
    [
      "what comes before the forward gives none",
      [{ Type: "authenticate-oidc" }, forward(["a", 100])],
      { a: 100 },
    ],
    ["a fixed response", [{ Type: "fixed-response" }], {}],
    ["no action", undefined, {}],
  ];
  for (const [what, actions, expected] of table) {
    it(what, () => assert.deepEqual(weightsOf(actions), expected));
  }
});

describe("the slot of a target group on AWS", () => {
  const names = namesOf("gw");
  const table: [name: string, expected: SlotName | undefined][] = [
    ["gw-blue-3-9-1-g1", "blue"],
    ["gw-green-3-10-0-g4", "green"],
    ["theirs", "blue"],
    ["somebody-elses", undefined],
    ["gw-2-blue-3-9-1-g1", undefined],
    ["my-gw-blue-3-9-1-g1", undefined],
  ];
  for (const [name, expected] of table) {
    it(`${name}: ${expected ?? "nobody's"}`, () => {
      assert.equal(slotOfGroup(arn(name), names, { blue: arn("theirs") }), expected);
    });
  }
});

describe("shares of slots on AWS", () => {
  const slotOf = (group: string) => (group === "b" ? "blue" : group === "g" ? "green" : undefined);
  const table: [weights: GroupWeights, blue: number, green: number][] = [
    [{ b: 90, g: 10 }, 90, 10],
    [{ b: 9, g: 1 }, 90, 10],
    [{ b: 1, g: 1 }, 50, 50],
    [{ b: 0, g: 100 }, 0, 100],
    [{ b: 999, g: 0 }, 100, 0],
    // Nobody is served: what is said of it is no division by 0.
    [{ b: 0, g: 0 }, 0, 0],
    [{}, 0, 0],
    [{ b: 50, other: 50 }, 50, 0],
  ];
  for (const [weights, blue, green] of table) {
    it(`${JSON.stringify(weights)}: blue ${blue}, green ${green}`, () => {
      assert.deepEqual(slotShares(weights, slotOf), { blue, green });
    });
  }
});

describe("weights on AWS are as wanted", () => {
  const table: [live: GroupWeights, wanted: GroupWeights, expected: boolean][] = [
    [{ a: 90, b: 10 }, { a: 90, b: 10 }, true],
    [{ a: 9, b: 1 }, { a: 90, b: 10 }, true],
    [{ a: 100, b: 0 }, { a: 100 }, true],
    [{ a: 1 }, { a: 100, b: 0 }, true],
    [{ a: 89, b: 11 }, { a: 90, b: 10 }, false],
    [{ a: 999, b: 1 }, { a: 100, b: 0 }, false],
    [{ a: 100 }, { b: 100 }, false],
    // A group of somebody else's takes part of the traffic.
    [{ a: 90, b: 10, c: 1 }, { a: 90, b: 10 }, false],
    [{ a: 0, b: 0 }, { a: 100, b: 0 }, false],
    [{}, { a: 100 }, false],
  ];
  for (const [live, wanted, expected] of table) {
    it(`${JSON.stringify(live)} ${expected ? "is" : "is not"} ${JSON.stringify(wanted)}`, () => {
      assert.equal(haveSameShares(live, wanted), expected);
    });
  }
});
