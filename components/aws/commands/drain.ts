import { setTimeout as pause } from "node:timers/promises";
import type { SlotName } from "../../../products/release";
import { json } from "../../local/commands/input";
import type { Clients } from "../clients";
import { findBalancer, groupsOf, slotOfGroup, type SplitPlace } from "../live/weights";
import { common } from "./inputs";

/* eslint-disable @typescript-eslint/no-require-imports */
const sdk = () => require("@aws-sdk/client-cloudwatch") as typeof import("@aws-sdk/client-cloudwatch");
/* eslint-enable @typescript-eslint/no-require-imports */

/** What counts the requests, or the connections, of a target group, in the words of CloudWatch. */
export const countedBy = {
  application: { namespace: "AWS/ApplicationELB", metric: "RequestCount", statistic: "Sum" },
  network: { namespace: "AWS/NetworkELB", metric: "ActiveFlowCount", statistic: "Maximum" },
} as const;

interface Counted {
  type: keyof typeof countedBy;
  /** As metrics name it: "targetgroup/NAME/ID". */
  group: string;
  /** "app/NAME/ID". */
  balancer: string;
  /** Seconds of one of its data points. */
  period: number;
}

/** What a target group was asked in whole periods from one moment to another; a period without a data point had nothing. */
async function countBetween(
  clients: Clients,
  { type, group, balancer, period }: Counted,
  from: Date,
  to: Date,
): Promise<number> {
  const { namespace, metric, statistic } = countedBy[type];
  const { GetMetricStatisticsCommand } = sdk();
  const { Datapoints = [] } = await clients.metrics().send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: metric,
      Dimensions: [
        { Name: "TargetGroup", Value: group },
        { Name: "LoadBalancer", Value: balancer },
      ],
      StartTime: from,
      EndTime: to,
      Period: period,
      Statistics: [statistic],
    }),
  );
  return Datapoints.reduce((total, point) => total + (point[statistic] ?? 0), 0);
}

/** The part of an ARN by which metrics know a load balancer or a target group. */
function metricName(arn: string): string {
  return (arn.split(":").at(-1) ?? "").replace(/^loadbalancer\//, "");
}

async function balancerOf(clients: Clients, place: SplitPlace): Promise<string | undefined> {
  if (place.listener === undefined) return (await findBalancer(clients, place.gateway))?.LoadBalancerArn;
  // arn:...:listener/app/NAME/ID/LISTENER
  return place.listener.replace(":listener/", ":loadbalancer/").replace(/\/[^/]+$/, "");
}

/**
 * Waits until the slots without weight answer no request any more, as far as AWS tells: the deregistration delay, in which
 * what is in flight ends, and then until two whole periods of the group's count had nothing. A group that had no request
 * for that long already is drained. Fails at the limit, with the count; the weights stay moved.
 */
export async function wait(): Promise<{ drained: SlotName[] }> {
  const { clients, names } = common();
  const [place, slots] = [json<SplitPlace>("split"), json<SlotName[]>("slots")];
  const groups = json<Partial<Record<SlotName, string>>>("groups");
  const [delay, period, limit] = [
    json<number>("deregistrationDelay"),
    json<number>("period"),
    json<number>("drainLimit"),
  ];
  const balancer = await balancerOf(clients, place);
  const end = Date.now() + limit * 1_000;
  if (balancer === undefined) return { drained: slots };
  for (const slot of slots) {
    // A slot that leaves is in no config any more; its nodes are there until all of this has ended.
    const own = await groupsOf(clients, (arn) => slotOfGroup(arn, names, groups) === slot);
    for (const arn of own) {
      const counted = { type: place.type, group: metricName(arn), balancer: metricName(balancer), period };
      await untilDrained(clients, counted, { slot, delay, end, limit });
    }
  }
  return { drained: slots };
}

async function untilDrained(
  clients: Clients,
  counted: Counted,
  { slot, delay, end, limit }: { slot: SlotName; delay: number; end: number; limit: number },
): Promise<void> {
  const two = 2 * counted.period * 1_000;
  const started = Date.now();
  const before = await countBetween(
    clients,
    counted,
    new Date(started - delay * 1_000 - 2 * two),
    new Date(started),
  );
  if (before === 0) return;
  await pause(delay * 1_000);
  for (;;) {
    const now = Date.now();
    const isLate = now >= end;
    // Two whole periods after the delay have to be over before they can have had nothing.
    if (now - started - delay * 1_000 >= two || isLate) {
      const count = await countBetween(clients, counted, new Date(now - two), new Date(now));
      if (count === 0) return;
      if (isLate) {
        throw new Error(
          `${slot} still answered ${count} requests in the last ${two / 1_000} s, ${limit} s after its weight went to 0. The traffic is moved and ` +
            `nothing is deleted; the next update waits on. gateway:drainLimit sets the limit.`,
        );
      }
    }
    await pause(Math.min(counted.period * 1_000, Math.max(100, end - now)));
  }
}
