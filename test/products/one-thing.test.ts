import assert from "node:assert/strict";
import { kong } from "../../products/kong";
import type { Product } from "../../products/product";
import type { Release, Slot, SlotName } from "../../products/release";
import { changeOf, found } from "./changes";
import { existing, release, slot } from "./releases";

const product: Product = {
  ...kong,
  rules: [],
  breakingChanges: [],
  tunables: ["properties.mem_cache_size", "properties.nginx_worker_processes"],
};

/** A slot on these programs. */
const on = (programs: string, version: string, other: Partial<Slot> = {}) =>
  slot(version, { site: { platform: "local", "local.programs": programs }, ...other });

const alone = release({ blue: on("/a", "3.9.1") }, 100);
const pair = (green: Slot, blueWeight = 100, source?: SlotName, blue = on("/a", "3.9.1")) =>
  release({ blue, green }, blueWeight, source);

type Step = Partial<Parameters<typeof changeOf>[0]> & { next: Release };
const review = (step: Step) =>
  found(changeOf({ product: { ...product, breakingChanges: [] }, ...step })).filter(({ rule }) =>
    rule.startsWith("one-thing/"),
  );
const told = (step: Step) => review(step).map(({ rule, key }) => `${rule} ${key}`);

describe("one thing at a time", () => {
  describe("accepted", () => {
    const table: [what: string, step: Step][] = [
      ["a version alone", { previous: alone, next: pair(on("/a", "3.10.0")) }],
      ["a new stack", { next: alone }],
      [
        "a move in place, at one version",
        { previous: alone, next: release({ blue: on("/b", "3.9.1") }, 100) },
      ],
      [
        "product settings with a version",
        { previous: alone, next: pair(on("/a", "3.10.0", { settings: { a: 1 } })) },
      ],
      [
        "an upgrade from an existing gateway, wherever that runs",
        {
          next: pair(on("/b", "3.10.0"), 100, undefined, {
            ...existing("3.9.1"),
            site: { platform: "local" },
          }),
        },
      ],
      [
        "a version after a record that knew of no sites",
        { previous: release({ blue: slot("3.9.1") }, 100), next: pair(on("/a", "3.10.0")) },
      ],
      [
        "a rollback of both, which should not be there",
        { previous: pair(on("/b", "3.10.0"), 0), next: pair(on("/b", "3.10.0"), 100) },
      ],
    ];
    for (const [what, step] of table) it(what, () => assert.deepEqual(told(step), []));
  });

  describe("refused", () => {
    const table: [what: string, step: Step][] = [
      ["a newer slot elsewhere, at another version", { previous: alone, next: pair(on("/b", "3.10.0")) }],
      ["the same on a new stack", { next: pair(on("/b", "3.10.0")) }],
      [
        "both slots elsewhere together with a version",
        { previous: alone, next: pair(on("/b", "3.10.0"), 100, undefined, on("/b", "3.9.1")) },
      ],
      [
        "a version for a slot that is moving",
        { previous: pair(on("/b", "3.9.1"), 100, "blue"), next: pair(on("/b", "3.10.0")) },
      ],
      [
        "both in place",
        { previous: alone, next: release({ blue: on("/b", "3.10.0") }, 100), strategy: "in-place" },
      ],
    ];
    for (const [what, step] of table) {
      it(what, () => {
        const [finding, ...others] = review(step);
        assert.deepEqual(others, []);
        assert.equal(finding?.severity, "error");
        assert.equal(finding.rule, "one-thing/moved");
        assert.equal(finding.key, "gateway:local.programs");
        assert.match(finding.wrong, /together with the version \(3\.9\.1 → 3\.10\.0\)/);
        assert.match(finding.remedy, /^Put it back, and move first: /);
      });
    }
  });

  it("the remedy is accepted: the move first, then the version on what it moved to", () => {
    const move = pair(on("/b", "3.9.1"), 100, "blue");
    const atB = release({ green: on("/b", "3.9.1") }, 0);
    const upgrade = release({ blue: on("/b", "3.10.0"), green: on("/b", "3.9.1") }, 0);
    const errors = (step: Step) =>
      found(changeOf({ product: { ...product, breakingChanges: [] }, ...step })).filter(
        ({ severity }) => severity === "error",
      );
    assert.deepEqual(errors({ previous: alone, next: move }), []);
    assert.deepEqual(errors({ previous: move, next: pair(on("/b", "3.9.1"), 0, "blue") }), []);
    assert.deepEqual(errors({ previous: pair(on("/b", "3.9.1"), 0, "blue"), next: atB }), []);
    assert.deepEqual(errors({ previous: atB, next: upgrade }), []);
  });

  it("a stack stays on its platform, whether a version changes or not", () => {
    const moved = { ...alone, slots: { blue: slot("3.9.1", { site: { platform: "hosts" } }) } };
    const [finding] = review({ previous: alone, next: moved, platform: "hosts" });
    assert.equal(finding?.rule, "one-thing/platform");
    assert.equal(finding.key, "gateway:platform");
    assert.equal(finding.severity, "error");
    assert.match(finding.wrong, /stands on the platform local, and this change puts it on hosts\.$/);
    assert.match(finding.remedy, /a new stack on hosts with this gateway as the existing blue of it/);
  });

  describe("the strategy", () => {
    const by = (strategy: string, base: Release): Release => ({ ...base, strategy });
    const two = pair(on("/a", "3.10.0"));
    it("changes while one slot stands", () => {
      assert.deepEqual(told({ previous: by("in-place", alone), next: two, strategy: "blue-green" }), []);
    });
    it("stays while two stand", () => {
      const step = { previous: by("blue-green", two), next: two, strategy: "in-place" };
      assert.deepEqual(told(step), ["one-thing/strategy gateway:strategy"]);
      assert.deepEqual(told({ ...step, strategy: "blue-green" }), []);
    });
    it("is not asked about where none was recorded", () => {
      assert.deepEqual(told({ previous: two, next: two, strategy: "in-place" }), []);
    });
  });

  describe("a move lists the settings that are left at their default", () => {
    const both = "properties.mem_cache_size, properties.nginx_worker_processes";
    const table: [what: string, step: Step, left: string | undefined][] = [
      ["to other programs", { previous: alone, next: pair(on("/b", "3.9.1"), 100, "blue") }, both],
      [
        "but those that are given",
        {
          previous: alone,
          next: pair(on("/b", "3.9.1", { settings: { properties: { mem_cache_size: "1g" } } }), 100, "blue"),
        },
        "properties.nginx_worker_processes",
      ],
      [
        "from an existing gateway",
        { next: pair(on("/a", "3.9.1", { nodes: 2 }), 100, "blue", existing("3.9.1")) },
        both,
      ],
      [
        "not when it is already there",
        { previous: pair(on("/b", "3.9.1"), 100, "blue"), next: pair(on("/b", "3.9.1"), 0, "blue") },
        undefined,
      ],
      ["not at the same place", { previous: alone, next: pair(on("/a", "3.9.1"), 100, "blue") }, undefined],
      ["not in an upgrade", { previous: alone, next: pair(on("/a", "3.10.0")) }, undefined],
    ];
    for (const [what, step, left] of table) {
      it(what, () => {
        const findings = review(step).map(({ severity, rule, key, wrong }) => [severity, rule, key, wrong]);
        const wrong = `green runs on something else than blue, and leaves at their default: ${left}.`;
        const expected = [["warning", "one-thing/defaults", "gateway:green.settings", wrong]];
        assert.deepEqual(findings, left ? expected : []);
      });
    }
  });
});
