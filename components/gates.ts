import { formatDifferences } from "../products/fingerprint";
import { type Release, sharesDatabase } from "../products/release";
import type { SmokeCheck } from "../products/operation";
import type { Platform } from "./platform";
import { contextsOf, type SlotContext } from "./slot-context";
import { smokeTest, type SmokeTestLimits } from "./smoke-checks";

/** Both slots of an upgrade, where the newer one was filled from the older one here. */
export function upgradedSlots(release: Release): { older: SlotContext; newer: SlotContext } | undefined {
  const [older, newer] = contextsOf(release);
  return older && newer && !newer.slot.existing ? { older, newer } : undefined;
}

/** The newer slot gets weight only with the configuration that the older one has now. */
async function checkConfiguration({ live: { configuration } }: Platform, release: Release): Promise<void> {
  const slots = upgradedSlots(release);
  if (!configuration || !slots) return;
  const { older, newer } = slots;
  const key = `gateway:traffic.${newer.name}`;
  const remedy = `The weights are those of before. Raise gateway:${newer.name}.generation by one at weight 0: it is then filled anew.`;
  const since = await configuration.sinceSnapshot(older, newer);
  if (since.length > 0) {
    throw new Error(
      `${key}: no weight for ${newer.name}: ${older.name}'s configuration was written to after it was copied: ` +
        `${formatDifferences(since)}. ${remedy}`,
    );
  }
  if (sharesDatabase(release)) return;
  const unequal = await configuration.unequal(older, newer);
  if (unequal.length > 0) {
    throw new Error(
      `${key}: no weight for ${newer.name}: its configuration is not ${older.name}'s: ${formatDifferences(unequal)}. ${remedy}`,
    );
  }
}

/** Slots whose weight is to be above what the balancer gives them now. */
export function risingSlots(
  release: Release,
  live: Partial<Record<string, number>> | undefined,
): SlotContext[] {
  return contextsOf(release).filter(({ name }) => release.weights[name] > (live?.[name] ?? 0));
}

/**
 * What must hold right before weights are written, of each slot that is to get more: healthy, at its version; the newer
 * slot has the older one's configuration; it, or a slot that did not stand before, passes its smoke tests as well. A rollback has the one gate: that its slot is healthy.
 */
export async function checkTrafficGate(
  platform: Platform,
  release: Release,
  tests: { checks: SmokeCheck[]; limits: SmokeTestLimits },
  stood: string[],
): Promise<void> {
  const live = await platform.live.traffic(release);
  for (const context of risingSlots(release, live.weights)) {
    const unhealthy = await platform.live.health(context);
    if (unhealthy.length > 0) {
      throw new Error(
        `gateway:traffic.${context.name}: no weight for ${context.name}: ${unhealthy.join("; ")}. The weights are those of before. ` +
          `Mend the slot, or leave its weight at ${live.weights?.[context.name] ?? 0}.`,
      );
    }
    const isNewer = context.name === release.newer;
    if (!isNewer && stood.includes(context.life)) continue;
    if (isNewer) await checkConfiguration(platform, release);
    await Promise.all(
      Object.entries(await platform.live.probes(context)).map(([node, probe]) =>
        smokeTest(node, probe, tests.checks, tests.limits),
      ),
    );
  }
}
