import assert from "node:assert/strict";
import type { DatabaseOrigin } from "../../products/operation";
import { kong } from "../../products/kong";
import { compareVersions } from "../../products/version";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

/** What the rules of paths say of a database of version `from` that is brought to version `to`. */
function reviewStep(from: string | undefined, to: string) {
  const change = changeOf({ next: release({ green: slot(to) }, 0), restoredVersion: from });
  return found(change).filter(({ rule }) => rule.startsWith("path/"));
}

/** Kong's upgrade guide: which steps are guaranteed, and which way leads there when one is not. */
describe("Kong's version path", () => {
  describe("guaranteed", () => {
    const steps: [from: string, to: string, as: string][] = [
      ["3.9.0", "3.9.1", "patch to patch"],
      ["3.9.1", "3.9.1", "the same version"],
      ["3.10.0.2", "3.10.0.11", "patch to patch of an enterprise release"],
      ["3.10.0", "3.10.0.1", "a fourth part that was not there"],
      ["3.8.1", "3.9.1", "adjacent minors"],
      ["3.9.1", "3.10.0", "adjacent minors, though 3.10 sorts before 3.9 as text"],
      ["3.9.1", "3.10.7.3", "adjacent minors, to any patch"],
      ["3.14.0", "3.15.0.4", "adjacent minors, the latest ones"],
      ["2.8.4", "3.4.3", "adjacent LTS releases across a major"],
      ["3.4.3.1", "3.10.0.11", "adjacent LTS releases"],
      ["3.10.0.11", "3.14.0", "adjacent LTS releases"],
      ["3.16.0", "3.16.1", "patch to patch of a line that is not known here"],
    ];
    for (const [from, to, as] of steps) {
      it(`${from} → ${to}: ${as}`, () => {
        assert.deepEqual(kong.path(from, to), { guaranteed: true });
        assert.deepEqual(reviewStep(from, to), []);
      });
    }
    it("a new gateway at any version", () => {
      assert.deepEqual(reviewStep(undefined, "3.10.0"), []);
    });
  });

  describe("refused, with the shortest guaranteed way", () => {
    const steps: [from: string, to: string, remedy: string][] = [
      ["3.8.0", "3.10.0", "Upgrade step by step: 3.8.0 → 3.9.x → 3.10.0."],
      ["3.7.1", "3.10.0", "Upgrade step by step: 3.7.1 → 3.8.x → 3.9.x → 3.10.0."],
      ["3.4.0", "3.11.0", "Upgrade step by step: 3.4.0 → 3.10.x → 3.11.0."],
      ["3.4.3", "3.14.0", "Upgrade step by step: 3.4.3 → 3.10.x → 3.14.0."],
      ["2.8.4", "3.10.0", "Upgrade step by step: 2.8.4 → 3.4.x → 3.10.0."],
      ["2.8.4", "3.15.0.4", "Upgrade step by step: 2.8.4 → 3.4.x → 3.10.x → 3.14.x → 3.15.0.4."],
      ["2.8.4", "3.5.0", "Upgrade step by step: 2.8.4 → 3.4.x → 3.5.0."],
      ["3.9.1", "3.13.0", "Upgrade step by step: 3.9.1 → 3.10.x → 3.11.x → 3.12.x → 3.13.0."],
      ["3.9.1", "3.14.0", "Upgrade step by step: 3.9.1 → 3.10.x → 3.14.0."],
    ];
    for (const [from, to, remedy] of steps) {
      it(`${from} → ${to}`, () => {
        const [finding, ...others] = reviewStep(from, to);
        assert.deepEqual(others, []);
        assert.deepEqual(finding, {
          severity: "error",
          rule: "path/not-guaranteed",
          key: "gateway:green.version",
          wrong: `Kong does not guarantee the step from ${from} to ${to}.`,
          remedy,
          source: "https://developer.konghq.com/gateway/upgrade/",
        });
      });
    }
    it("each step of such a way is guaranteed itself", () => {
      for (const [from, to] of steps) {
        const verdict = kong.path(from, to);
        assert.ok(!verdict.guaranteed);
        const way = [from, ...verdict.via.map((line) => `${line}.0`), to];
        way.slice(1).forEach((next, index) => {
          const before = way[index] as string;
          assert.ok(kong.path(before, next).guaranteed, `${before} → ${next}`);
          assert.ok(compareVersions(before, next) < 0);
        });
      }
    });
  });

  describe("refused, with no way there", () => {
    const steps: [from: string, to: string, wrong: RegExp, remedy: RegExp][] = [
      [
        "3.10.0",
        "3.9.1",
        /^3\.9\.1 is older than 3\.10\.0: a database does not migrate backwards\.$/,
        /^A rollback returns the weight to the slot that still holds 3\.9\.1; .* gateway:restoreFrom/,
      ],
      ["3.10.0.2", "3.10.0.1", /^3\.10\.0\.1 is older than 3\.10\.0\.2:/, /rollback/],
      ["3.4.0", "2.8.4", /older/, /rollback/],
      ["2.8.4", "3.0.0", /does not guarantee/, /3\.4\.x\.$/],
      ["2.8.4", "3.3.0", /does not guarantee/, /3\.4\.x\.$/],
      [
        "3.15.0",
        "3.16.0",
        /3\.16\.0 is not among the releases known here: it is newer/,
        /a later patch of its line\. Or .* accept it\.$/,
      ],
      ["2.7.0", "3.4.0", /2\.7\.0 is not among the releases known here/, /a later patch of its line\.$/],
      ["2.1.0", "2.8.0", /2\.1\.0 is not among the releases known here/, /a later patch of its line\.$/],
      ["3.9.0", "4.0.0", /4\.0\.0 is not among/, /3\.10\.x\. Or/],
    ];
    for (const [from, to, wrong, remedy] of steps) {
      it(`${from} → ${to}`, () => {
        const [finding, ...others] = reviewStep(from, to);
        assert.deepEqual(others, []);
        assert.match(finding?.wrong ?? "", wrong);
        assert.match(finding?.remedy ?? "", remedy);
        assert.equal(finding?.key, "gateway:green.version");
      });
    }
  });
});

describe("Kong's migrations, told from what 'kong migrations list' exits with", () => {
  const table: [task: string, exitCode: number, origin: DatabaseOrigin, does: string][] = [
    ["migrations-up", 0, "filled", "skip"],
    ["migrations-up", 4, "filled", "skip"],
    ["migrations-up", 5, "filled", "kong migrations up"],
    ["migrations-up", 3, "empty", "kong migrations bootstrap"],
    ["migrations-up", 3, "filled", "refuse"],
    ["migrations-up", 1, "filled", "refuse"],
    // What config gives may be empty, or in use at this very version. At any other it is not touched.
    ["migrations-up", 0, "given", "skip"],
    ["migrations-up", 3, "given", "kong migrations bootstrap"],
    ["migrations-up", 4, "given", "refuse"],
    ["migrations-up", 5, "given", "refuse"],
    ["migrations-finish", 0, "filled", "skip"],
    ["migrations-finish", 4, "filled", "kong migrations finish"],
    ["migrations-finish", 5, "filled", "kong migrations up"],
    ["migrations-finish", 3, "empty", "refuse"],
    ["migrations-finish", 1, "filled", "refuse"],
  ];
  const what = { filled: "with the older slot's configuration", empty: "made empty", given: "of config" };
  for (const [name, exitCode, origin, does] of table) {
    it(`${name}, ${exitCode}, a database ${what[origin]}: ${does}`, () => {
      const task = kong.tasks.find((candidate) => candidate.name === name);
      const step = task?.decide(exitCode, origin);
      assert.equal(step?.do === "run" ? step.command.join(" ") : step?.do, does);
    });
  }
  it("finish alone is destructive: it waits where two slots share a database", () => {
    const waiting = kong.tasks.filter(({ destructive }) => destructive).map(({ name }) => name);
    assert.deepEqual(waiting, ["migrations-finish"]);
  });
  it("finish comes after up, and both read the answer again", () => {
    assert.deepEqual(
      kong.tasks.map(({ name, proof }) => [name, proof]),
      [
        ["migrations-up", [0, 4]],
        ["migrations-finish", [0]],
      ],
    );
  });
});
