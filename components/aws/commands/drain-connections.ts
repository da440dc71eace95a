import { setTimeout as pause } from "node:timers/promises";
import type { SlotName } from "../../../products/release";
import type { Clients } from "../clients";
import { type Metric, metricName, pointsOf } from "../live/metrics";

interface Draining {
  /** ARN of the balancer. */
  balancer: string;
  /** Slots without weight. */
  slots: SlotName[];
  /** The deregistration delay, in seconds. */
  delay: number;
  /** Seconds of a data point. */
  period: number;
}

/**
 * Gives a network balancer's connections the deregistration delay to end: it moves no connection that is open, and counts
 * them as a whole (ActiveFlowCount has no target group among its dimensions). Ends before that once a whole period after the weights were
 * moved had no connection at all. What is open at the end is told, and no failure: it may well be the other slot's.
 */
export async function untilConnectionsHadTime(
  clients: Clients,
  { balancer, slots, delay, period }: Draining,
): Promise<void> {
  const metric: Metric = {
    namespace: "AWS/NetworkELB",
    name: "ActiveFlowCount",
    statistic: "Maximum",
    dimensions: { LoadBalancer: metricName(balancer) },
    period,
  };
  const started = Date.now();
  // Data points come minutes late.
  const lookBack = 5 * period * 1_000;
  for (;;) {
    const now = Date.now();
    const latest = (await pointsOf(clients, metric, new Date(now - lookBack), new Date(now))).at(-1);
    if (latest?.value === 0 && latest.at >= started) return;
    const rest = started + delay * 1_000 - now;
    if (rest <= 0) {
      if (latest?.value !== 0) tell(latest?.value);
      return;
    }
    await pause(Math.min(period * 1_000, rest));
  }

  function tell(open: number | undefined): void {
    const many = open === undefined ? "an unknown number of connections" : `up to ${open} connections`;
    console.error(
      `warning: the balancer had ${many} open ${delay} s after the weights were moved, and a network balancer does not say of which ` +
        `slot. Those of ${slots.join(" and ")} stay there until their clients end them, or until its nodes go.`,
    );
  }
}
