import { setTimeout as pause } from "node:timers/promises";
import type { SlotName } from "../../../products/release";
import type { Clients } from "../clients";
import { type Metric, metricName, pointsOf } from "../live/metrics";

interface Draining {
  slot: SlotName;
  /** ARN of its target group. */
  group: string;
  /** ARN of the balancer. */
  balancer: string;
  /** The deregistration delay, in seconds. */
  delay: number;
  /** Seconds of a data point. */
  period: number;
  /** In seconds, as config gives it. */
  limit: number;
  /** When the limit is reached, in milliseconds since the epoch. */
  end: number;
}

/**
 * Waits until a target group of an application balancer answers no request any more: the deregistration delay, in which
 * what is in flight ends, and then until two whole periods of its count had nothing. A group that had no request for that
 * long already is drained. Fails at the limit, with the count; the weights stay moved.
 */
export async function untilNoRequest(
  clients: Clients,
  { slot, group, balancer, delay, period, limit, end }: Draining,
): Promise<void> {
  const metric: Metric = {
    namespace: "AWS/ApplicationELB",
    name: "RequestCount",
    statistic: "Sum",
    dimensions: { LoadBalancer: metricName(balancer), TargetGroup: metricName(group) },
    period,
  };
  // A period without a data point had no request.
  const count = async (from: number, to: number) =>
    (await pointsOf(clients, metric, new Date(from), new Date(to))).reduce(
      (total, { value }) => total + value,
      0,
    );
  const two = 2 * period * 1_000;
  const started = Date.now();
  if ((await count(started - delay * 1_000 - 2 * two, started)) === 0) return;
  await pause(delay * 1_000);
  for (;;) {
    const now = Date.now();
    const isLate = now >= end;
    // Two whole periods after the delay have to be over before they can have had nothing.
    if (now - started - delay * 1_000 >= two || isLate) {
      const answered = await count(now - two, now);
      if (answered === 0) return;
      if (isLate) {
        throw new Error(
          `${slot} still answered ${answered} requests in the last ${two / 1_000} s, ${limit} s after its weight went to 0. The traffic is moved and ` +
            `nothing is deleted; the next update waits on. gateway:drainLimit sets the limit.`,
        );
      }
    }
    await pause(Math.min(period * 1_000, Math.max(100, end - now)));
  }
}
