import type { Timeouts } from "../../components/platform";
import type { Config } from "./schema";

/** On loopback, and wherever nothing else is said. */
const elsewhere: Timeouts = {
  ...{ snapshot: 600, database: 600, migration: 600, start: 60, stop: 30, weights: 30, lock: 120 },
};

/** A snapshot, a restore and what a restored volume fetches on first use take as long as the data is large. */
const onAws: Timeouts = {
  ...{ snapshot: 3_600, database: 3_600, migration: 3_600 },
  ...{ start: 900, stop: 300, weights: 120, lock: 900 },
};

/** How long each step may take, in seconds: as config says, and by platform where it says nothing. */
export function timeoutsOf({ platform, timeouts }: Pick<Config, "platform" | "timeouts">): Timeouts {
  return { ...(platform === "aws" ? onAws : elsewhere), ...timeouts };
}

/** What AWS takes to show that a group is asked nothing any more, in seconds: two whole periods, and its delay in telling. */
const untilTold = 300;

/** The least time in which a drain can be told on AWS, in seconds. An emulator tells at once. */
export function leastDrainLimit({
  balancer,
  metricPeriod,
  endpoint,
}: Pick<NonNullable<Config["aws"]>, "balancer" | "metricPeriod" | "endpoint">): number {
  const periods = 3 * metricPeriod;
  return balancer.deregistrationDelay + (endpoint === undefined ? Math.max(untilTold, periods) : periods);
}

/** How long the requests of a slot without weight may take to end, in seconds. */
export function drainLimitOf({ drainLimit, aws }: Pick<Config, "drainLimit" | "aws">): number {
  if (drainLimit !== undefined) return drainLimit;
  return aws ? leastDrainLimit({ ...aws, endpoint: undefined }) : 60;
}
