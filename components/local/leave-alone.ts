import type { SlotName } from "../../products/release";
import { ensureRunning } from "./haproxy/process";
import { liveServers } from "./haproxy/runtime";
import { slotWeights } from "./haproxy/weights";
import { listNodes } from "./node";
import { type RetireLimits, retireNode } from "./retire-node";

/** A slot by its life, and the name of the database that it is on. */
export interface SlotOnDatabase {
  slot: SlotName;
  life: string;
  database: string;
}

/**
 * Stops, drained, whatever of another slot still runs on the database: nodes leave the stack only at the end of an update,
 * and what follows here is nothing that they can live with. Refuses while they have weight, or this slot not all of it.
 */
export async function leaveAlone(
  directory: string,
  { slot, life, database }: SlotOnDatabase,
  limits: RetireLimits,
): Promise<void> {
  await ensureRunning(directory);
  const weight = slotWeights(await liveServers(directory))[slot];
  if (weight !== 100) {
    throw new Error(
      `${slot} has ${weight} % of the traffic, not all: the database ${database} is not changed, since another slot serves from it`,
    );
  }
  const others = (await listNodes(directory)).filter(
    (node) => node.database === database && node.life !== life,
  );
  for (const { node } of others) {
    await retireNode(directory, node, `stopping ${node} before the end of ${database}'s migrations`, limits);
  }
}
