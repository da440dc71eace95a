import assert from "node:assert/strict";
import type { Window } from "../../products/change";
import { openingOf } from "../../products/opening";
import type { Release } from "../../products/release";
import { usedOverride } from "../../products/rules/window";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

const night: Window = { days: ["Mon", "Wed"], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" };
const day: Window = { days: ["Sat"], from: "09:00", to: "17:00", timeZone: "America/New_York" };
/** Clocks go forward on 2026-03-29 at 02:00 and back on 2026-10-25 at 03:00, both on a Sunday. */
const early: Window = { days: ["Sun"], from: "02:30", to: "05:00", timeZone: "Europe/Berlin" };
const over: Window = { days: ["Sat"], from: "23:00", to: "02:30", timeZone: "Europe/Berlin" };

describe("a window", () => {
  const open: [what: string, window: Window, now: string][] = [
    ["at its start", night, "2026-01-05T22:00:00+01:00"],
    ["before midnight", night, "2026-01-05T23:59:00+01:00"],
    [
      "after midnight, on a day that is not named: the day is that of the start",
      night,
      "2026-01-06T03:59:59+01:00",
    ],
    ["told in another zone", night, "2026-01-05T21:00:00Z"],
    ["by the hour of its own zone, in winter", day, "2026-01-10T14:00:00Z"],
    ["by the hour of its own zone, in summer", day, "2026-07-11T13:00:00Z"],
    [
      "all day long when its end is its start",
      { ...day, from: "09:00", to: "09:00" },
      "2026-01-11T13:59:00Z",
    ],
    ["from an hour that the clock leaves out: from the next one", early, "2026-03-29T03:30:00+02:00"],
    ["from an hour that comes twice: from the first", early, "2026-10-25T02:30:00+02:00"],
    ["between the two", early, "2026-10-25T02:10:00+01:00"],
  ];
  for (const [what, window, now] of open) {
    it(`is open ${what}`, () => assert.deepEqual(openingOf(window, new Date(now)), { isOpen: true }));
  }

  const closed: [what: string, window: Window, now: string, next: string][] = [
    ["before it", night, "2026-01-05T21:59:59+01:00", "2026-01-05T22:00:00.000+01:00"],
    ["at its end", night, "2026-01-06T04:00:00+01:00", "2026-01-07T22:00:00.000+01:00"],
    [
      "at night of a day that is not named",
      night,
      "2026-01-06T23:00:00+01:00",
      "2026-01-07T22:00:00.000+01:00",
    ],
    ["after the last of the week", night, "2026-01-08T12:00:00+01:00", "2026-01-12T22:00:00.000+01:00"],
    ["just after it, for a week", day, "2026-01-10T17:00:00-05:00", "2026-01-17T09:00:00.000-05:00"],
    ["over the change to summer time", day, "2026-03-07T18:00:00-05:00", "2026-03-14T09:00:00.000-04:00"],
    ["before an hour that is left out", early, "2026-03-29T01:59:00+01:00", "2026-03-29T03:30:00.000+02:00"],
    ["after the first of two ends", over, "2026-10-25T02:30:00+02:00", "2026-10-31T23:00:00.000+01:00"],
  ];
  for (const [what, window, now, next] of closed) {
    it(`is closed ${what}`, () => {
      const opening = openingOf(window, new Date(now));
      assert.equal(opening.isOpen, false);
      assert.equal(opening.next?.from.toISO(), next);
    });
  }
});

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0") }, blueWeight);
const green = release({ green: slot("3.10.0") }, 0);
const controlled = (version: string, base = alone): Release => ({
  ...base,
  controlPlane: { version, settings: {} },
});

type Step = Partial<Parameters<typeof changeOf>[0]> & { next: Release };

const tuesday = new Date("2026-01-06T12:00:00+01:00");
const changeAt = (now: Date, { windowOverride, ...step }: Step & { windowOverride?: string }) =>
  changeOf({
    ...step,
    now,
    asked: { acknowledge: [], customPlugins: [], production: false, window: night, windowOverride },
  });
const ofWindow = (...given: Parameters<typeof changeAt>) =>
  found(changeAt(...given)).filter(({ rule }) => rule === "window/closed");

describe("outside the window", () => {
  const held: [what: string, step: Step, told: RegExp][] = [
    ["the first share", { previous: pair(100), next: pair(90) }, /moves traffic to green/],
    ["all traffic", { previous: pair(50), next: pair(0) }, /moves traffic to green/],
    ["provision and shift in one", { previous: alone, next: pair(0) }, /moves traffic to green/],
    ["finalize", { previous: pair(0), next: green }, /retires blue for good/],
    [
      "the control plane's upgrade",
      { previous: controlled("3.9.1"), next: controlled("3.10.0") },
      /upgrades in place from 3\.9\.1 to 3\.10\.0/,
    ],
    [
      "the control plane's, while data planes are added",
      { previous: controlled("3.9.1"), next: controlled("3.10.0", pair(100)) },
      /upgrades in place/,
    ],
    [
      "an upgrade in place",
      { previous: alone, next: release({ blue: slot("3.10.0") }, 100), strategy: "in-place" },
      /upgrades in place/,
    ],
  ];
  for (const [what, step, told] of held) {
    it(`${what} is refused, with the next opening`, () => {
      const [finding, ...others] = ofWindow(tuesday, step);
      assert.deepEqual(others, []);
      assert.equal(finding?.severity, "error");
      assert.equal(finding.key, "gateway:window");
      assert.match(finding.wrong, told);
      assert.match(
        finding.wrong,
        /it is Tue 2026-01-06 12:00 \(Europe\/Berlin\): the window is Mon, Wed from 22:00 to 04:00\.$/,
      );
      assert.equal(
        finding.remedy,
        "Wait for its next opening, Wed 2026-01-07 22:00 (Europe/Berlin), or say in gateway:windowOverride why it cannot wait.",
      );
    });
    it(`${what} goes ahead once it is open`, () => {
      assert.deepEqual(ofWindow(new Date("2026-01-07T23:00:00+01:00"), step), []);
    });
  }

  const free: [what: string, step: Step][] = [
    ["a rollback by traffic", { previous: pair(0), next: pair(100) }],
    ["a rollback in part", { previous: pair(0), next: pair(50) }],
    ["a rollback by revert", { previous: pair(0), next: alone }],
    ["provision: no traffic moves", { previous: alone, next: pair(100) }],
    ["no change", { previous: pair(50), next: pair(50) }],
    ["a new stack", { next: alone }],
    ["more nodes", { previous: alone, next: release({ blue: slot("3.9.1", { nodes: 2 }) }, 100) }],
    [
      "the rest of a shift whose weights are written",
      { previous: pair(100), next: pair(0), live: { blue: 0, green: 100 } },
    ],
  ];
  for (const [what, step] of free)
    it(`${what} is not held up`, () => assert.deepEqual(ofWindow(tuesday, step), []));

  it("an override lets it through, and its reason is read again", () => {
    const step = { previous: pair(100), next: pair(0), windowOverride: "CVE-2026-1" };
    const [finding] = ofWindow(tuesday, step);
    assert.equal(finding?.severity, "warning");
    assert.equal(finding.remedy, "Set aside by gateway:windowOverride: CVE-2026-1");
    assert.equal(usedOverride(changeAt(tuesday, step)), "CVE-2026-1");
  });

  it("an override that was not needed is not one that was used", () => {
    const step = { previous: pair(100), next: pair(0), windowOverride: "CVE-2026-1" };
    assert.equal(usedOverride(changeAt(new Date("2026-01-07T23:00:00+01:00"), step)), undefined);
    const rollback = { previous: pair(0), next: pair(100), windowOverride: "CVE-2026-1" };
    assert.equal(usedOverride(changeAt(tuesday, rollback)), undefined);
  });
});
