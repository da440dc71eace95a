import type { Platform } from "./platform";
import type { SlotContext } from "./slot-context";
import type { Release } from "../products/release";

/**
 * What must hold right before a shared database is changed so that no other version can live with it: the slot that is
 * left has all the weight live, and is healthy at its version.
 */
export async function checkAlone(platform: Platform, release: Release, context: SlotContext): Promise<void> {
  const { weights, silent } = await platform.live.traffic(release);
  const weight = weights?.[context.name] ?? 0;
  const unhealthy =
    weight === 100
      ? await platform.live.health(context)
      : [silent ?? `it has ${weight} % of the traffic, not all`];
  if (unhealthy.length === 0) return;
  throw new Error(
    `gateway:${context.name}: the migrations are not finished on the database that the slots shared: ${unhealthy.join("; ")}. ` +
      `Nothing of it is changed. Mend ${context.name}, or give it all weight, and run the update again.`,
  );
}
