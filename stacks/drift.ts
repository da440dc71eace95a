import type { LiveGateway } from "../components/live-gateway";
import type { Observed } from "../products/change";
import type { ReleaseRecord } from "../products/record";
import { slotNames } from "../products/release";

/** Where the balancer gives others than the recorded weights: somebody changed them, or an update was interrupted. */
export async function readDrift(
  live: Pick<LiveGateway, "traffic">,
  record: ReleaseRecord | undefined,
): Promise<Observed["drifted"]> {
  if (!record) return undefined;
  const { weights, asWanted } = await live.traffic(record);
  // Weights that are read are rounded: only the platform knows whether they are those of the record.
  if (asWanted || !weights || slotNames.every((name) => weights[name] === record.weights[name]))
    return undefined;
  return { live: weights, recorded: record.weights };
}
