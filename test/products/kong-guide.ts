import assert from "node:assert/strict";
import type { Change } from "../../products/change";
import type { Finding } from "../../products/finding";
import type { Need } from "../../products/rule";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

/** On the database that config gives. */
export const given = (version: string, database = "kong") =>
  slot(version, { place: { database: { host: "db", port: 5432, name: database } } });

export const hybrid = (version: string, role = "data_plane") => slot(version, { settings: { role } });

/** An upgrade: blue serves, green is added, at its side and without traffic. */
export function upgrade(from: string, to: string, other: Partial<Change> = {}): Change {
  return changeOf({
    previous: release({ blue: slot(from) }, 100),
    next: release({ blue: slot(from), green: slot(to) }, 100),
    ...other,
  });
}

/** An upgrade of the only slot, as config asks for it in place. */
export function inPlace(from: string, to: string, nodes: number, other: Partial<Change> = {}): Change {
  const blue = (version: string) => ({ ...given(version), nodes });
  const [previous, next] = [release({ blue: blue(from) }, 100), release({ blue: blue(to) }, 100)];
  return changeOf({ strategy: "in-place", previous, next, ...other });
}

export const shared = { strategy: "blue-green-shared-database" };
export const sharing = (from: string, to: string, database = "kong") =>
  changeOf({
    ...shared,
    previous: release({ blue: given(from) }, 100),
    next: release({ blue: given(from), green: given(to, database) }, 100),
  });

export const accepting = (...acknowledge: string[]) => ({
  asked: { acknowledge, customPlugins: [], production: false },
});

export const runtime = (tables: Record<string, number>, plugins: Record<string, number> = {}) => ({
  observed: { runtime: { tables, plugins } },
});

export function said(change: Change, rule: string, known?: Need[]): Finding[] {
  return found(change, known).filter((finding) => finding.rule === rule);
}

export interface Demand {
  /** What the guide asks for, and of which case. */
  it: string;
  change: Change;
  rule: string;
  /** "error" or "warning", with what the finding must say; undefined: nothing is found. */
  finds?: [severity: Finding["severity"], key: string, says: RegExp];
}

/** One test for each demand, under the words of the guide. */
export function check(guide: Record<string, Demand[]>): void {
  for (const [title, demands] of Object.entries(guide)) {
    describe(title, () => {
      for (const { it: name, change, rule, finds } of demands) {
        it(`${name}: ${finds ? finds[0] : "nothing to say"}`, () => {
          const findings = said(change, rule);
          assert.deepEqual(
            findings.map(({ severity, key }) => [severity, key]),
            finds ? [[finds[0], finds[1]]] : [],
          );
          if (finds) assert.match(`${findings[0]?.wrong} ${findings[0]?.remedy}`, finds[2]);
        });
      }
    });
  }
}
