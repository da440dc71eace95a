import type { Change } from "./change";
import { finalizes, isNewLife, isRollback, weightNow } from "./steps";
import { formatDifferences } from "./fingerprint";
import { freezeMode } from "./freeze";
import { type Release, sharesDatabase, type SlotName, slotNames } from "./release";

function named(name: SlotName, release: Release): string {
  return `${name} ${release.slots[name]?.version}`;
}

/** How configuration is kept from changing while it is copied. */
function whileCopied({ next, asked, holds }: Change): string {
  return freezeMode(next, asked.freeze, holds) === "hold"
    ? "the Admin API is closed for writes"
    : "the Admin API stays open, and what is written to it after the copy stops the traffic from moving";
}

function planSlots(change: Change): string[] {
  const { previous, next } = change;
  return slotNames
    .filter((name) => isNewLife(previous?.slots[name], next.slots[name], name))
    .map((name) => {
      const before = previous?.slots[name];
      const replaces = before ? `, in place of ${before.version} (generation ${before.generation})` : "";
      if (next.slots[name]?.existing)
        return `${named(name, next)} is taken in as it stands: nothing of it is made, changed or deleted`;
      const shared = sharesDatabase(next);
      if (name !== next.newer) {
        const database = shared ? "on the database that config gives" : "with a database of its own";
        return `${named(name, next)} is made, ${database}${replaces}`;
      }
      const data = shared
        ? `a verified snapshot of ${next.older}'s database taken, and migrated in it only what ${next.older} can live with`
        : `the database filled from a verified snapshot of ${next.older}'s and migrated`;
      const rest = shared ? `${next.older} stays on the same database` : `${next.older} is not touched`;
      const files = (change.observed.appliedFiles ?? []).map(({ file }) => file);
      const applied = files.length > 0 ? `, the requests of ${files.join(", ")} sent to it` : "";
      return (
        `${named(name, next)} is made beside ${named(next.older, next)}${replaces}: ${whileCopied(change)}, ${data}, ` +
        `the nodes started${applied} and tested; ${rest}`
      );
    });
}

/** What must hold before weight rises; a rollback has the first alone. */
function gatesOf({ previous, next }: Change, rising: SlotName[]): string {
  const healthy = `${rising.join(" and ")} is healthy at its version`;
  if (next.newer === undefined) {
    const stood = rising.every((name) => !isNewLife(previous?.slots[name], next.slots[name], name));
    return stood ? healthy : `${healthy} and passes its smoke tests`;
  }
  if (!rising.includes(next.newer)) return healthy;
  if (next.slots[next.newer]?.existing) return `${healthy} and passes its smoke tests`;
  return (
    `${healthy}, ${next.older}'s configuration is as it was copied, ${next.newer}'s equals it, ` +
    `and ${next.newer} passes its smoke tests`
  );
}

function planTraffic(change: Change): string[] {
  const { next } = change;
  const moves = slotNames
    .map((name) => ({ name, from: weightNow(change, name), to: next.weights[name] }))
    .filter(({ from, to }) => from !== to);
  if (moves.length === 0) return [];
  const told = moves.map(({ name, from, to }) => `${name} ${from} % → ${to} %`).join(", ");
  const rising = moves.filter(({ from, to }) => to > from).map(({ name }) => name);
  const falling = moves.filter(({ to }) => to === 0).map(({ name }) => name);
  const gate = rising.length > 0 ? `, once ${gatesOf(change, rising)}` : "";
  const drain = falling.length > 0 ? `; then ${falling.join(" and ")} answers what it has in flight` : "";
  const opens =
    next.newer && next.weights[next.newer] === 100 && rising.includes(next.newer)
      ? `; then ${next.newer}'s Admin API is the one to use`
      : "";
  return [`traffic moves${gate}: ${told}${drain}${opens}`];
}

/** What was written to the newer slot since it took over, and stays behind there. */
function planLoss(change: Change): string[] {
  const { previous, observed } = change;
  if (!previous?.newer || !isRollback(change)) return [];
  const { older, newer } = previous;
  const back = `this is a rollback to ${named(older, previous)}`;
  if (sharesDatabase(previous)) return [`${back}: it has what was written since, on the same database`];
  const written = observed.sinceCutover;
  const configuration =
    typeof written === "string"
      ? `what was written to its configuration since it took over (not known: ${written})`
      : written && written.length > 0
        ? `what was written to its configuration since it took over: ${formatDifferences(written)}`
        : undefined;
  const counters = "its counters, and tokens and sessions that it issued";
  const lost = [configuration, counters].filter((each) => each !== undefined).join("; and ");
  return [`${back}: it has nothing of ${newer}'s since the copy: ${lost}`];
}

function planLeaving(change: Change): string[] {
  const { previous, next } = change;
  const retired = finalizes(change);
  return slotNames
    .filter((name) => previous?.slots[name] && !next.slots[name])
    .map((name) => {
      const shared = sharesDatabase(previous as Release);
      const gone = named(name, previous as Release);
      if (name !== retired) {
        return `${gone} is taken away, ${shared ? "the shared database stays" : "its database after a last snapshot"}`;
      }
      const database = shared
        ? `its nodes are stopped, and then the migrations on the shared database are finished, once ${next.older} has all the weight and is healthy`
        : "its database after a last snapshot";
      return `${gone} is retired, ${database}: the point of no return, no rollback to it afterwards`;
    });
}

function planInterruptions(change: Change): string[] {
  return change.product
    .interruptions(change)
    .map(({ what, howLong }) => `meanwhile, by the vendor's procedure, ${what} stops: ${howLong}`);
}

/**
 * What an update will do, in the order in which it does it, with the gates before it and what cannot be taken back;
 * nothing when it changes no slot and no weight.
 */
export function planOf(change: Change): string[] {
  return [
    ...planSlots(change),
    ...planInterruptions(change),
    ...planTraffic(change),
    ...planLoss(change),
    ...planLeaving(change),
  ];
}
