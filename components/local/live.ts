import { type Release, type SlotName, slotNames } from "../../products/release";
import type { LiveTraffic } from "../live-gateway";
import { balancerExists } from "./haproxy/process";
import { liveServers } from "./haproxy/runtime";
import { type Addresses, isAsWanted, slotWeights, wantedServers } from "./haproxy/weights";
import { nodeName } from "./layout";
import { heldLocks } from "./lock";
import { listNodes } from "./node";
import { waitUntil } from "../wait-until";

/** What the balancer does now, against what the release wants of it. */
export async function readLiveTraffic(
  directory: string,
  release: Release,
  addresses: Addresses,
): Promise<LiveTraffic> {
  if (!balancerExists(directory)) return { asWanted: true };
  try {
    const servers = await liveServers(directory);
    return {
      weights: slotWeights(servers),
      asWanted: isAsWanted(servers, wantedServers(release, addresses)),
    };
  } catch (error) {
    return { asWanted: false, silent: error instanceof Error ? error.message : String(error) };
  }
}

/** Which life runs in each slot, as the first of its nodes says. */
export async function readLives(directory: string): Promise<Partial<Record<SlotName, string>>> {
  const nodes = await listNodes(directory);
  return Object.fromEntries(
    slotNames.flatMap((name) => {
      const life = nodes.find(({ node }) => node === nodeName(name, 1))?.life;
      return life === undefined ? [] : [[name, life] as const];
    }),
  );
}

/** Waits until no command of an earlier update works here any more: one that writes late must write before we look. */
export async function waitForOthers(
  directory: string,
  limit: number,
  say: (text: string) => void,
): Promise<void> {
  let holders = await heldLocks(directory);
  if (holders.length === 0) return;
  say(`waiting up to ${limit} s for commands of an earlier update: ${holders.join(", ")}`);
  const over = async () => (holders = await heldLocks(directory)).length === 0;
  await waitUntil(
    over,
    { limit, every: 200 },
    () =>
      `commands of an earlier update still work after ${limit} s: ${holders.join(", ")}. Wait for them or end them; ` +
      `gateway:timeouts.lock sets the limit.`,
  );
}
