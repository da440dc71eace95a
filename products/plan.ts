import { lifeOf, type Release, sharesDatabase, type SlotName, slotNames } from "./release";

function named(name: SlotName, release: Release): string {
  return `${name} ${release.slots[name]?.version}`;
}

/** Slots that hold another life after the change: added, or at another version or generation. */
function newLives(previous: Release | undefined, next: Release): SlotName[] {
  return slotNames.filter((name) => {
    const [before, after] = [previous?.slots[name], next.slots[name]];
    return after && (!before || lifeOf(name, before) !== lifeOf(name, after));
  });
}

function planSlots(previous: Release | undefined, next: Release): string[] {
  return newLives(previous, next).map((name) => {
    const slot = next.slots[name];
    const before = previous?.slots[name];
    const replaces = before ? `, in place of ${before.version} (generation ${before.generation})` : "";
    if (slot?.existing)
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
    return (
      `${named(name, next)} is made beside ${named(next.older, next)}${replaces}: the Admin API is closed for writes, ${data}, ` +
      `the nodes started and tested; ${rest}`
    );
  });
}

function planTraffic(previous: Release | undefined, next: Release): string[] {
  const moves = slotNames
    .map((name) => ({ name, from: previous?.weights[name] ?? 0, to: next.weights[name] }))
    .filter(({ from, to }) => from !== to);
  if (moves.length === 0) return [];
  const told = moves.map(({ name, from, to }) => `${name} ${from} % → ${to} %`).join(", ");
  const rising = moves.filter(({ from, to }) => to > from).map(({ name }) => name);
  const falling = moves.filter(({ to }) => to === 0).map(({ name }) => name);
  const gate = `once ${rising.join(" and ")} is healthy at its version${rising.includes(next.newer ?? next.older) ? " and passes its smoke tests" : ""}`;
  const drain = falling.length > 0 ? `; then ${falling.join(" and ")} answers what it has in flight` : "";
  return [`traffic moves, ${gate}: ${told}${drain}`];
}

function planLeaving(previous: Release | undefined, next: Release): string[] {
  return slotNames
    .filter((name) => previous?.slots[name] && !next.slots[name])
    .map((name) => {
      const shared = previous !== undefined && sharesDatabase(previous);
      if (previous?.newer === name) {
        const database = shared ? "the shared database stays" : "its database after a last snapshot";
        return `${named(name, previous)} is taken away, ${database}: this is a rollback to ${named(next.older, next)}`;
      }
      const database = shared
        ? `its nodes are stopped, and then the migrations on the shared database are finished, once ${next.older} has all the weight and is healthy`
        : "its database after a last snapshot";
      return `${named(name, previous as Release)} is retired, ${database}: the point of no return, no rollback to it afterwards`;
    });
}

/** What an update will do, in the order in which it does it; nothing when it changes no slot and no weight. */
export function planOf(previous: Release | undefined, next: Release): string[] {
  return [...planSlots(previous, next), ...planTraffic(previous, next), ...planLeaving(previous, next)];
}
