import type { Finding } from "../../products/finding";
import type { DatabaseAddress } from "../../products/operation";
import { sharedDatabase, slotNames } from "../../products/release";
import { invalid, notBuilt } from "./issues";
import type { Config } from "./schema";

/** Strategies that work on the database that config gives. Under all others each slot gets one of its own. */
const onGiven = [sharedDatabase, "in-place"];

/** Where the database lies that the slots are on; undefined where each has one of its own, or config gives none. */
export function givenDatabase({ strategy, database }: Config): DatabaseAddress | undefined {
  const { host, port = 5432, name, user } = database;
  if (!onGiven.includes(strategy ?? "") || !host || !name || !user) return undefined;
  return { host, port, name, user };
}

/** What of a config does not go with the database that it gives. */
export function readGivenDatabase(config: Config, strategy: string): Finding[] {
  const { host, port, name, user } = config.database;
  const isGiven = [host, port, name, user].some((part) => part !== undefined);
  if (!onGiven.includes(strategy)) {
    const wrong = `gateway:database gives a database, and under ${strategy} each slot has one of its own.`;
    const remedy = `Take host, port, name and user out, or choose a strategy that works on it (gateway:strategy).`;
    return isGiven ? [invalid("database", wrong, remedy)] : [];
  }
  const restore = invalid(
    "restoreFrom",
    `gateway:restoreFrom fills a database that is made here, and under ${strategy} none is.`,
    "Restore the snapshot into gateway:database yourself, and take gateway:restoreFrom out.",
  );
  const existing = slotNames
    .filter((slot) => config[slot]?.existing)
    .map((slot) =>
      notBuilt(
        `${slot}.existing`,
        `An existing gateway under ${strategy} is not built yet: its nodes cannot be stopped before the migrations are finished.`,
        "Use the strategy blue-green, which copies its database.",
      ),
    );
  return [...(config.restoreFrom === undefined ? [] : [restore]), ...existing];
}
