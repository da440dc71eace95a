import assert from "node:assert/strict";
import type { Load } from "../../sandbox/load/start";

/** Ends a load, which must have lost no request, and been answered more than so many. */
export async function lostNothing(load: Load, least: number): Promise<void> {
  const { lost, answered, lostRequests } = await load.stop();
  assert.equal(lost, 0, JSON.stringify(lostRequests.slice(0, 5), null, 1));
  assert.ok(answered > least, `only ${answered} requests were answered`);
}
