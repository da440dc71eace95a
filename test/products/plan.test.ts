import assert from "node:assert/strict";
import type { Change } from "../../products/change";
import { planOf } from "../../products/plan";
import { changeOf } from "./changes";
import { existing, release, slot } from "./releases";

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0") }, blueWeight);
const retired = release({ green: slot("3.10.0") }, 0);
const written = [{ table: "routes", added: ["a1"], removed: [], changed: [] }];

describe("the plan in words", () => {
  const table: [what: string, change: Change, lines: RegExp[]][] = [
    ["of no change is empty", changeOf({ previous: pair(0), next: pair(0) }), []],
    [
      "of a first slot",
      changeOf({ next: alone }),
      [
        /^blue 3\.9\.1 is made, with a database of its own$/,
        /^traffic moves, once blue is healthy .* smoke tests: blue 0 % → 100 %$/,
      ],
    ],
    [
      "of an upgrade names each gate, and when the Admin API changes hands",
      changeOf({ previous: alone, next: pair(0) }),
      [
        /^green 3\.10\.0 is made beside blue 3\.9\.1: the Admin API is closed for writes, .* blue is not touched$/,
        /^traffic moves, once green is healthy at its version, blue's configuration is as it was copied, green's equals it, and green passes its smoke tests: blue 100 % → 0 %, green 0 % → 100 %; then blue answers what it has in flight; then green's Admin API is the one to use$/,
      ],
    ],
    [
      "of an upgrade that detects changes says that they stop it",
      changeOf({
        previous: alone,
        next: pair(100),
        asked: { freeze: "detect", acknowledge: [], customPlugins: [], production: false },
      }),
      [/the Admin API stays open, and what is written to it after the copy stops the traffic from moving/],
    ],
    [
      "of an upgrade of an existing gateway, which cannot be held",
      changeOf({
        previous: release({ blue: existing("3.9.1") }, 100),
        next: release({ blue: existing("3.9.1"), green: slot("3.10.0", { nodes: 2 }) }, 100),
      }),
      [/the Admin API stays open/],
    ],
    [
      "of an upgrade where nothing could turn writes away",
      changeOf({ previous: alone, next: pair(100), holds: false }),
      [/the Admin API stays open/],
    ],
    [
      "of a first share has no word of the Admin API",
      changeOf({ previous: pair(100), next: pair(90) }),
      [/: blue 100 % → 90 %, green 0 % → 10 %$/],
    ],
    [
      "of a rollback has one gate, and names what stays behind by its id",
      changeOf({ previous: pair(0), next: pair(100), observed: { sinceCutover: written } }),
      [
        /^traffic moves, once blue is healthy at its version: blue 0 % → 100 %, green 100 % → 0 %; then green answers what it has in flight$/,
        /^this is a rollback to blue 3\.9\.1: .* since it took over: routes \+1 \(a1\); and its counters/,
      ],
    ],
    [
      "of a rollback whose newer slot cannot be asked says so",
      changeOf({ previous: pair(0), next: alone, observed: { sinceCutover: "it does not answer" } }),
      [
        /^traffic moves, once blue is healthy at its version: blue 0/,
        /not known: it does not answer/,
        /^green 3\.10\.0 is taken away, its database after a last snapshot$/,
      ],
    ],
    [
      "of a finalize names the point of no return",
      changeOf({ previous: pair(0), next: retired }),
      [/^blue 3\.9\.1 is retired, .*: the point of no return, no rollback to it afterwards$/],
    ],
    [
      "after an interrupted shift tells what the balancer has, not what was recorded",
      changeOf({ previous: pair(100), next: pair(100), live: { blue: 0, green: 100 } }),
      [
        /^traffic moves, once blue is healthy at its version: blue 0 % → 100 %, green 100 % → 0 %/,
        /^this is a rollback/,
      ],
    ],
  ];
  for (const [what, change, lines] of table) {
    it(what, () => {
      const plan = planOf(change);
      assert.equal(plan.length, lines.length, plan.join("\n"));
      lines.forEach((line, index) => assert.match(plan[index] ?? "", line));
    });
  }
});
