import type { Change } from "../change";
import { isRollback } from "../steps";
import type { Strategy } from "../product";
import { type Release, sharedDatabase, type Slot, type SlotName, slotsOf } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { version } from "../version";

const guide = "https://developer.konghq.com/gateway/upgrade";
const inPlaceGuide = `${guide}/in-place/`;

/** The ways of Kong's guide. It calls the first "dual-cluster", and the second, on one database, "blue-green". */
export const strategies: Strategy[] = [
  {
    name: "blue-green",
    does: "The newer slot gets a copy of the database, migrated to the end; the older slot is not touched.",
  },
  {
    name: sharedDatabase,
    does: "Both slots use one database, between patches of one line only; what an old node cannot live with is migrated last, once one slot is left.",
  },
  {
    name: "in-place",
    does: "All nodes stop, the one database is migrated to the end, and the nodes start at the new version; no traffic is served meanwhile.",
  },
];

const copy = "Set gateway:strategy to blue-green: the newer slot then gets a copy of the database.";

function patchOnly(change: Change): Problem[] {
  const { strategy, next } = change;
  const [older, newer] = [next.slots[next.older], next.newer && next.slots[next.newer]];
  if (strategy !== sharedDatabase || !older || !newer || isRollback(change)) return [];
  if (version(older.version).line === version(newer.version).line) return [];
  return [
    {
      key: "gateway:strategy",
      wrong: `${older.version} and ${newer.version} would share a database, and are not patches of one line.`,
      remedy: copy,
    },
  ];
}

/** Where the database of a slot is, where config gives one. */
function givenDatabase({
  existing,
  place,
}: Slot): { host?: unknown; port?: unknown; name?: unknown } | undefined {
  return existing?.database ?? (place.database as { host: string } | undefined);
}

/** The slots whose database is made here rather than given. */
function slotsOnOwnDatabase(release: Release): SlotName[] {
  return slotsOf(release)
    .filter(({ slot }) => givenDatabase(slot) === undefined)
    .map(({ name }) => name);
}

function isOneDatabase(release: Release): boolean {
  const places = slotsOf(release).map(({ slot }) => {
    const { host, port, name } = givenDatabase(slot) ?? {};
    return JSON.stringify([host, port, name]);
  });
  return new Set(places).size < 2;
}

function notGiven(change: Change): Problem[] {
  const { strategy, next } = change;
  if (strategy === "blue-green" || isRollback(change)) return [];
  const remedy = `${copy} Or give one that stands, for both slots: gateway:database { host, port, name, user }.`;
  const own = slotsOnOwnDatabase(next);
  if (own.length > 0) {
    const wrong = `${strategy} works on a database that config gives, and ${own.join(" and ")} would have one of its own.`;
    return [{ key: "gateway:database", wrong, remedy }];
  }
  if (isOneDatabase(next)) return [];
  const wrong = `${strategy} works on one database, and ${next.older} and ${next.newer} are on two.`;
  return [{ key: "gateway:database", wrong, remedy }];
}

/** What each strategy may be used for. */
export const strategyRules: Rule[] = [
  {
    id: "kong/shared-database-patch-only",
    severity: "error",
    demands: "Two versions share a database only when they are patches of one line.",
    source: `${guide}/blue-green/`,
    check: patchOnly,
  },
  {
    id: "kong/given-database",
    severity: "error",
    demands: "A shared database, and an upgrade in place, are for a database that config gives.",
    source: inPlaceGuide,
    check: notGiven,
  },
];
