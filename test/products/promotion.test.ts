import assert from "node:assert/strict";
import type { Asked } from "../../products/change";
import type { LiveVersion, ReleaseRecord } from "../../products/record";
import type { Release } from "../../products/release";
import { changeOf, found, recorded } from "./changes";
import { release, slot } from "./releases";

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0") }, blueWeight);
const green = release({ green: slot("3.10.0") }, 0);
const next = release({ blue: slot("3.11.0"), green: slot("3.10.0") }, 0);
const controlled = (base: Release, version: string): Release => ({
  ...base,
  controlPlane: { version, settings: {} },
});

const was = (slot: "blue" | "green", version: string, other: Partial<LiveVersion> = {}): LiveVersion => ({
  ...{ slot, version, generation: 1, since: "2026-01-01T00:00:00Z", smokeTested: true, rolledBack: false },
  ...other,
});

/** staging, as its last update recorded it. */
const passed = recorded(pair(0));
const share = recorded(pair(90));
const idle = recorded(pair(100));
const untested = recorded(pair(0), [was("blue", "3.9.1"), was("green", "3.10.0", { smokeTested: false })]);
const rolledBack = recorded(alone, [was("blue", "3.9.1"), was("green", "3.10.0", { rolledBack: true })]);
const again = recorded(pair(0), [
  was("green", "3.10.0", { rolledBack: true }),
  was("blue", "3.9.1"),
  was("green", "3.10.0"),
]);
const movedOn = recorded(release({ blue: slot("3.11.0") }, 100), [
  was("green", "3.10.0"),
  was("blue", "3.11.0"),
]);

type Step = Partial<Parameters<typeof changeOf>[0]> & { next: Release };

function review(promoted: ReleaseRecord | undefined, step: Step, asked: Partial<Asked> = {}) {
  const base = { acknowledge: [], customPlugins: [], production: false };
  const change = changeOf({ ...step, promoted, asked: { ...base, promotedFrom: "staging", ...asked } });
  return found(change).filter(({ rule }) => rule.startsWith("promotion/"));
}

const provision: Step = { previous: alone, next: pair(100) };
const provisionAndShift: Step = { previous: alone, next: pair(0) };
const shift: Step = { previous: pair(100), next: pair(0) };

describe("promotion", () => {
  describe("accepts", () => {
    const table: [what: string, promoted: ReleaseRecord | undefined, step: Step][] = [
      ["a version that serves all users there", passed, provision],
      ["a version that serves some users there", share, provision],
      ["a version that was rolled back there once, and serves now", again, provisionAndShift],
      ["a version that is alone there by now", recorded(green), provision],
      ["a shift to what was live there, though staging has moved on", movedOn, shift],
      [
        "a change that changes nothing, though staging has moved on",
        movedOn,
        { previous: pair(0), next: pair(0) },
      ],
      [
        "a change that changes nothing, though it was rolled back there",
        rolledBack,
        { previous: pair(0), next: pair(0) },
      ],
      [
        "the rest of a change whose weights are written",
        movedOn,
        { ...provisionAndShift, live: { blue: 0, green: 100 } },
      ],
      ["a rollback by traffic, whatever staging says", undefined, { previous: pair(0), next: pair(100) }],
      ["a rollback by revert", rolledBack, { previous: pair(0), next: alone }],
      ["a finalize", movedOn, { previous: pair(0), next: green }],
      ["a new stack", undefined, { next: alone }],
      [
        "a control plane that is live there",
        recorded(controlled(alone, "3.10.0")),
        { previous: controlled(alone, "3.9.1"), next: controlled(alone, "3.10.0") },
      ],
    ];
    for (const [what, promoted, step] of table) it(what, () => assert.deepEqual(review(promoted, step), []));
  });

  describe("refuses, and says what is missing", () => {
    const table: [what: string, promoted: ReleaseRecord | undefined, step: Step, wrong: string][] = [
      [
        "without a release",
        undefined,
        provision,
        "staging, which gateway:promotedFrom names, has no release yet.",
      ],
      ["never live", recorded(alone), provision, "3.10.0 was never live on staging"],
      ["there, at weight 0", idle, provision, "3.10.0 was never live on staging"],
      ["not tested", untested, provision, "3.10.0 went live without passing smoke tests on staging"],
      ["not tested, and a shift", untested, shift, "3.10.0 went live without passing smoke tests on staging"],
      ["rolled back", rolledBack, provision, "3.10.0 was rolled back on staging"],
      ["rolled back, and a shift", rolledBack, shift, "3.10.0 was rolled back on staging"],
      ["live before, and not now", movedOn, provision, "3.10.0 is not live any more on staging"],
      ["another version", passed, { previous: green, next }, "3.11.0 was never live on staging"],
      [
        "in place",
        recorded(alone),
        { previous: alone, next: release({ blue: slot("3.10.0") }, 100), strategy: "in-place" },
        "3.10.0 was never live on staging",
      ],
      [
        "a control plane",
        recorded(controlled(alone, "3.9.1")),
        { previous: controlled(alone, "3.9.1"), next: controlled(alone, "3.10.0") },
        "The control plane's 3.10.0 is not live on staging",
      ],
    ];
    for (const [what, promoted, step, wrong] of table) {
      it(what, () => {
        const [finding, ...others] = review(promoted, step);
        assert.deepEqual(others, []);
        assert.equal(finding?.severity, "error");
        assert.equal(finding.rule, "promotion/not-rehearsed");
        assert.match(finding.key, /^gateway:(green|blue|controlPlane)\.version$/);
        assert.ok(finding.wrong.startsWith(wrong), finding.wrong);
        assert.match(finding.remedy, /to all traffic on staging first/);
      });
    }
  });

  describe("of a production stack that names no rehearsal", () => {
    const warned = (step: Step, asked: Partial<Asked>) =>
      review(undefined, step, { promotedFrom: undefined, ...asked }).map(({ rule, severity }) => [
        severity,
        rule,
      ]);
    const warning = [["warning", "promotion/no-rehearsal"]];
    it("an upgrade is warned of", () => assert.deepEqual(warned(provision, { production: true }), warning));
    it("a shift is", () => assert.deepEqual(warned(shift, { production: true }), warning));
    it("a rollback is not", () =>
      assert.deepEqual(warned({ previous: pair(0), next: alone }, { production: true }), []));
    it("no change is not", () =>
      assert.deepEqual(warned({ previous: pair(0), next: pair(0) }, { production: true }), []));
    it("that of another stack is not", () => assert.deepEqual(warned(provision, {}), []));
  });
});
