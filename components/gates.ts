import { lifeOf, type Release, slotsOf } from "../products/release";
import type { SmokeCheck } from "../products/operation";
import { askReady, askVersion } from "./health";
import type { Platform, SlotContext } from "./platform";
import { smokeTest, type SmokeTestLimits } from "./smoke-checks";

/** Why a slot cannot take traffic: a node that is not ready, or not at the slot's version. Empty when it can. */
export async function whatIsUnhealthy(platform: Platform, context: SlotContext): Promise<string[]> {
  const { product } = platform;
  const asked = Object.entries(platform.probes(context)).map(async ([node, at]) => {
    const [ready, version] = await Promise.all([askReady(product, at), askVersion(product, at)]);
    if (ready !== "ready") return [`${node} is not ready: ${ready}`];
    return version === context.slot.version
      ? []
      : [`${node} says that it is version ${version}, not ${context.slot.version}`];
  });
  return (await Promise.all(asked)).flat();
}

/** Slots whose weight is to be above what the balancer gives them now. */
export function risingSlots(
  release: Release,
  live: Partial<Record<string, number>> | undefined,
): SlotContext[] {
  return slotsOf(release)
    .filter(({ name }) => release.weights[name] > (live?.[name] ?? 0))
    .map(({ name, slot }) => ({ name, slot, life: lifeOf(name, slot) }));
}

/**
 * What must hold right before weights are written, of each slot that is to get more: healthy, at its version; the newer
 * slot, or the only one, passes its smoke tests as well. A rollback has the one gate: that its slot is healthy.
 */
export async function checkTrafficGate(
  platform: Platform,
  release: Release,
  tests: { checks: SmokeCheck[]; limits: SmokeTestLimits },
): Promise<void> {
  const live = await platform.liveTraffic(release);
  for (const context of risingSlots(release, live.weights)) {
    const unhealthy = await whatIsUnhealthy(platform, context);
    if (unhealthy.length > 0) {
      throw new Error(
        `gateway:traffic.${context.name}: no weight for ${context.name}: ${unhealthy.join("; ")}. The weights are those of before. ` +
          `Mend the slot, or leave its weight at ${live.weights?.[context.name] ?? 0}.`,
      );
    }
    if (release.newer !== undefined && context.name !== release.newer) continue;
    await Promise.all(
      Object.entries(platform.probes(context)).map(([node, at]) =>
        smokeTest(node, at, tests.checks, tests.limits),
      ),
    );
  }
}
