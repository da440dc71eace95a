import type { Balancer } from "./balancer";
import { account, region, type Moto } from "./moto-api";
import type { Interceptors } from "./proxy";
import { jsonAnswer, type Answer } from "./wire/answer";
import type { Call } from "./wire/call";

interface Metric {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: string }[];
}

/** Seconds since the epoch, as AWS sends times. */
interface Span {
  StartTime: number;
  EndTime: number;
}

interface DataQuery {
  Id: string;
  Label?: string;
  MetricStat?: { Metric: Metric; Period: number; Stat: string };
}

/** What the metric source needs of the data plane. */
export interface RequestCounts {
  requests(groupArn: string): ReturnType<Balancer["requests"]>;
}

/** CloudWatch: the balancers' metrics by target group are counted by the data plane; all others are moto's. */
export function metricInterceptors(moto: Moto, counts: RequestCounts): Interceptors[string] {
  return {
    actions: {
      GetMetricStatistics: (call) => getMetricStatistics(call, moto, counts),
      GetMetricData: (call) => getMetricData(call, moto, counts),
    },
  };
}

const counted: Record<string, string[] | undefined> = {
  "AWS/ApplicationELB": ["RequestCount"],
  "AWS/NetworkELB": ["ActiveFlowCount", "NewFlowCount"],
};

/** The ARN of the metric's group, when the metric is one that is counted here. */
function groupOf({ Namespace = "", MetricName = "", Dimensions = [] }: Metric): string | undefined {
  const group = Dimensions.find(({ Name }) => Name === "TargetGroup")?.Value;
  if (!group || !counted[Namespace]?.includes(MetricName)) return undefined;
  return `arn:aws:elasticloadbalancing:${region}:${account}:${group}`;
}

async function getMetricStatistics(call: Call, moto: Moto, counts: RequestCounts): Promise<Answer> {
  const asked = call.parameters as unknown as Metric & Span & { Period: number; Statistics?: string[] };
  const group = groupOf(asked);
  if (group === undefined) return moto.pass(call);
  const points = pointsOf(counts, group, asked, asked.Period);
  return jsonAnswer({
    Label: asked.MetricName,
    Datapoints: points.map(({ at, values }) => ({
      Timestamp: at,
      Unit: "Count",
      ...Object.fromEntries((asked.Statistics ?? []).map((name) => [name, statistic(name, values)])),
    })),
  });
}

async function getMetricData(call: Call, moto: Moto, counts: RequestCounts): Promise<Answer> {
  const asked = call.parameters as unknown as Span & { MetricDataQueries?: DataQuery[]; ScanBy?: string };
  const queries = asked.MetricDataQueries ?? [];
  if (!queries.some(({ MetricStat }) => MetricStat && groupOf(MetricStat.Metric))) return moto.pass(call);
  const results = queries.map(({ Id, Label, MetricStat }) => {
    const group = MetricStat && groupOf(MetricStat.Metric);
    const points = group === undefined ? [] : pointsOf(counts, group, asked, MetricStat?.Period ?? 60);
    // CloudWatch gives the newest first unless told otherwise.
    if (asked.ScanBy !== "TimestampAscending") points.reverse();
    return {
      Id,
      Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
      Timestamps: points.map(({ at }) => at),
      Values: points.map(({ values }) => statistic(MetricStat?.Stat ?? "Sum", values)),
      StatusCode: "Complete",
    };
  });
  return jsonAnswer({ MetricDataResults: results, Messages: [] });
}

/** The periods in which a request came. As at AWS there is no point for one without, not even a zero. */
function pointsOf(
  counts: RequestCounts,
  group: string,
  { StartTime, EndTime }: Span,
  period: number,
): { at: number; values: number[] }[] {
  const periods = new Map<number, number[]>();
  const from = Math.floor(StartTime / period) * period;
  for (const { at, count } of counts.requests(group)) {
    const start = Math.floor(at / 1_000 / period) * period;
    if (count === 0 || start < from || start >= EndTime) continue;
    periods.set(start, [...(periods.get(start) ?? []), count]);
  }
  return [...periods].sort(([a], [b]) => a - b).map(([at, values]) => ({ at, values }));
}

/** Each request is one sample of the value 1. */
function statistic(name: string, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return name === "Sum" || name === "SampleCount" ? sum : 1;
}
