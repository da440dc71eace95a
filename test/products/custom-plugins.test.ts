import assert from "node:assert/strict";
import type { CustomPlugin } from "../../products/change";
import type { Release } from "../../products/release";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

const plugin = (name: string, testedWith?: string): CustomPlugin => ({
  ...{ name, version: "1.0.0", tables: {} },
  ...(testedWith ? { tested: { where: "staging", with: testedWith } } : {}),
});

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0.2") }, blueWeight);

function review(previous: Release | undefined, next: Release, ...customPlugins: CustomPlugin[]) {
  const asked = { acknowledge: [], production: false, customPlugins };
  return found(changeOf({ previous, next, asked })).filter(({ rule }) => rule === "custom-plugins/untested");
}

describe("custom plugins", () => {
  const accepted: [what: string, previous: Release | undefined, next: Release, plugin: CustomPlugin][] = [
    ["tested with the target", alone, pair(100), plugin("mine", "3.10.0.2")],
    ["tested with another release of its line", alone, pair(100), plugin("mine", "3.10.0.1")],
    ["untested, in a rollback", pair(0), alone, plugin("mine")],
    ["untested, when nothing changes", pair(0), pair(0), plugin("mine")],
    ["untested, on a new stack", undefined, alone, plugin("mine")],
  ];
  for (const [what, previous, next, given] of accepted) {
    it(`${what}: fine`, () => assert.deepEqual(review(previous, next, given), []));
  }

  it("name where they were tested, each of them", () => {
    const findings = review(
      alone,
      pair(100),
      plugin("one"),
      plugin("two", "3.10.0"),
      plugin("three", "3.9.1"),
    );
    assert.deepEqual(
      findings.map(({ severity, key, wrong }) => [severity, key, wrong]),
      [
        ["error", "gateway:customPlugins[0].tested", "Nothing says where the plugin one was tested."],
        [
          "error",
          "gateway:customPlugins[2].tested",
          "The plugin three was tested with 3.9.1 (staging), and this change brings 3.10.0.2.",
        ],
      ],
    );
    assert.match(findings[0]?.remedy ?? "", /^Test one with 3\.10\.x before the upgrade/);
  });

  it("are asked about again when traffic moves", () => {
    assert.equal(review(pair(100), pair(90), plugin("mine", "3.9.1")).length, 1);
  });
});
