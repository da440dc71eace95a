import type { Clients } from "../clients";
import { cloudWatch } from "../sdk";

/** One metric of a load balancer, as CloudWatch takes it. */
export interface Metric {
  namespace: "AWS/ApplicationELB" | "AWS/NetworkELB";
  name: string;
  statistic: "Sum" | "Maximum";
  dimensions: { LoadBalancer: string; TargetGroup?: string };
  /** Seconds of one of its data points. */
  period: number;
}

/** What a metric was in one period. */
export interface Point {
  /** When the period began, in milliseconds since the epoch. */
  at: number;
  value: number;
}

/** A metric's data points between two moments, the oldest first. */
export async function pointsOf(
  clients: Clients,
  { namespace, name, statistic, dimensions, period }: Metric,
  from: Date,
  to: Date,
): Promise<Point[]> {
  const { GetMetricStatisticsCommand } = cloudWatch();
  const { Datapoints = [] } = await clients.metrics().send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: from,
      EndTime: to,
      Period: period,
      Statistics: [statistic],
    }),
  );
  return Datapoints.map((point) => ({
    at: point.Timestamp?.getTime() ?? 0,
    value: point[statistic] ?? 0,
  })).sort((one, other) => one.at - other.at);
}

/** The part of an ARN by which metrics know a load balancer or a target group: "app/NAME/ID", "targetgroup/NAME/ID". */
export function metricName(arn: string): string {
  return (arn.split(":").at(-1) ?? "").replace(/^loadbalancer\//, "");
}
