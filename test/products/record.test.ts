import assert from "node:assert/strict";
import type { Finding } from "../../products/finding";
import { recordRelease, type ReleaseRecord } from "../../products/record";
import type { Release } from "../../products/release";
import { existing, release, slot } from "./releases";

const at = (step: number) => `2026-01-01T00:00:0${step}.000Z`;

/** The record after these releases were written one after the other. */
function after(...releases: Release[]): ReleaseRecord {
  const [first, ...others] = releases.map((written, index) => ({
    mark: `mark-${index}`,
    at: at(index),
    release: written,
  }));
  if (!first) throw new Error("no release");
  return others.reduce<ReleaseRecord>(
    (record, written) => recordRelease(record, written),
    recordRelease(undefined, first),
  );
}

const blue = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0") }, blueWeight);
const green = release({ green: slot("3.10.0") }, 0);

describe("the record of a release", () => {
  describe("which versions users were served by", () => {
    const table: [what: string, releases: Release[], history: string[]][] = [
      ["a new stack", [blue], ["blue 3.9.1 since 0"]],
      ["green provisioned: it served nobody", [blue, pair(100)], ["blue 3.9.1 since 0"]],
      ["a first share", [blue, pair(100), pair(90)], ["blue 3.9.1 since 0", "green 3.10.0 since 2"]],
      ["shifts", [blue, pair(90), pair(50), pair(0)], ["blue 3.9.1 since 0", "green 3.10.0 since 1"]],
      ["finalize", [blue, pair(0), green], ["blue 3.9.1 since 0", "green 3.10.0 since 1"]],
      [
        "rolled back by traffic",
        [blue, pair(0), pair(100)],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1, rolled back"],
      ],
      [
        "rolled back from a share",
        [blue, pair(90), pair(100)],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1, rolled back"],
      ],
      [
        "rolled back by revert",
        [blue, pair(0), blue],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1, rolled back"],
      ],
      [
        "less weight is no rollback",
        [blue, pair(50), pair(90)],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1"],
      ],
      [
        "reverted while it had no weight: nothing was rolled back",
        [blue, pair(100), blue],
        ["blue 3.9.1 since 0"],
      ],
      [
        "the same upgrade again after a rollback",
        [blue, pair(0), blue, pair(0)],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1, rolled back", "green 3.10.0 since 3"],
      ],
      [
        "rolled back twice",
        [blue, pair(0), pair(100), pair(0), blue],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1, rolled back", "green 3.10.0 since 3, rolled back"],
      ],
      [
        "the next upgrade, to blue again",
        [blue, pair(0), green, release({ blue: slot("3.11.0"), green: slot("3.10.0") }, 100)],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1", "blue 3.11.0 since 3"],
      ],
      [
        "a higher generation of the same version",
        [blue, pair(0), blue, release({ blue: slot("3.9.1"), green: slot("3.10.0", { generation: 2 }) }, 0)],
        ["blue 3.9.1 since 0", "green 3.10.0 since 1, rolled back", "green 3.10.0 g2 since 3"],
      ],
    ];
    for (const [what, releases, expected] of table) {
      it(what, () => {
        const told = after(...releases).history.map(
          ({ slot, version, generation, since, rolledBack }) =>
            `${slot} ${version}${generation > 1 ? ` g${generation}` : ""} since ${Number(since.slice(18, 19))}` +
            (rolledBack ? ", rolled back" : ""),
        );
        assert.deepEqual(told, expected);
      });
    }
  });

  it("says of an existing gateway that it was not tested here, and of one that is upgraded from it that it was", () => {
    const { history } = after(release({ blue: existing("3.9.1"), green: slot("3.10.0") }, 50));
    assert.deepEqual(
      history.map(({ slot, smokeTested }) => [slot, smokeTested]),
      [
        ["blue", false],
        ["green", true],
      ],
    );
  });

  it("is the release as the balancer was told it, with its mark and moment", () => {
    const { history, ...told } = after(blue, pair(10));
    assert.equal(history.length, 2);
    assert.deepEqual(told, { ...pair(10), mark: "mark-1", at: at(1) });
  });

  it("is the same after the same report twice, also at another moment", () => {
    const before = after(blue, pair(100));
    const report = { mark: "m", at: at(5), release: pair(0) };
    const once = recordRelease(before, report);
    assert.deepEqual(recordRelease(once, report), once);
    const rollback = recordRelease(once, { mark: "n", at: at(6), release: blue });
    assert.deepEqual(recordRelease(rollback, { mark: "n", at: at(6), release: blue }), rollback);
  });

  it("leaves the record before as it was", () => {
    const before = after(blue, pair(0));
    const kept = structuredClone(before);
    recordRelease(before, { mark: "m", at: at(5), release: blue });
    assert.deepEqual(before, kept);
  });

  describe("of the change beside the release", () => {
    const findings: Finding[] = [
      {
        ...{ severity: "warning", rule: "window/closed", key: "gateway:window" },
        ...{ wrong: "It is closed.", remedy: "Set aside.", source: "https://vendor.example" },
      },
    ];
    const written = (mark: string) => ({ mark, at: at(5), release: pair(0) });
    const first = recordRelease(after(blue), written("m"), { findings, override: "an outage" });

    it("keeps its findings, and why the window was set aside", () => {
      assert.deepEqual(first.findings, findings);
      assert.deepEqual(first.overrides, [{ at: at(5), reason: "an outage" }]);
    });
    it("is the same after an update that writes nothing, whatever its review said", () => {
      assert.deepEqual(recordRelease(first, written("m"), { findings: [] }), first);
      assert.deepEqual(recordRelease(first, written("m"), { findings, override: "an outage" }), first);
      assert.deepEqual(recordRelease(first, written("m")), first);
    });
    it("gives way to that of the next one, but for the reasons", () => {
      const next = recordRelease(first, { ...written("n"), at: at(6) }, { findings: [], override: "again" });
      assert.deepEqual(next.findings, []);
      assert.deepEqual(next.overrides, [
        { at: at(5), reason: "an outage" },
        { at: at(6), reason: "again" },
      ]);
      const last = recordRelease(next, written("o"), { findings });
      assert.deepEqual([last.findings, last.overrides], [findings, next.overrides]);
    });
    it("says nothing where nothing was given", () => {
      const { findings, overrides } = after(blue, pair(0));
      assert.deepEqual([findings, overrides], [undefined, undefined]);
    });
  });
});
