import type { Count } from "./balancer/state";
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
  /** Requests that came in a second. */
  requests(groupArn: string): Count[];
  /** The most that were in flight in a second. */
  flows(groupArn: string): Count[];
  /** ARNs of the groups that a balancer's listeners name; the balancer as metrics name it: "net/NAME/ID". */
  groupsBehind(balancer: string): string[];
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

/** What each metric counts, and by which dimension. At AWS no metric of flows knows a target group. */
const counted: Record<string, Record<string, { what: "requests" | "flows"; by: string }> | undefined> = {
  "AWS/ApplicationELB": { RequestCount: { what: "requests", by: "TargetGroup" } },
  "AWS/NetworkELB": {
    NewFlowCount: { what: "requests", by: "LoadBalancer" },
    ActiveFlowCount: { what: "flows", by: "LoadBalancer" },
  },
};

/** The counts of a metric, by the second; `undefined` when it is none that is counted here. */
function countsOf(
  { Namespace = "", MetricName = "", Dimensions = [] }: Metric,
  counts: RequestCounts,
): Reported[] | undefined {
  const source = counted[Namespace]?.[MetricName];
  const group = Dimensions.find(({ Name }) => Name === "TargetGroup")?.Value;
  const balancer = Dimensions.find(({ Name }) => Name === "LoadBalancer")?.Value;
  if (!source) return undefined;
  if (source.by === "TargetGroup") {
    return group
      ? counts[source.what](`arn:aws:elasticloadbalancing:${region}:${account}:${group}`)
      : undefined;
  }
  if (group || !balancer) return [];
  const found = summed(counts.groupsBehind(balancer).flatMap((arn) => counts[source.what](arn)));
  return source.what === "flows" ? everySecond(found) : found;
}

/** A count that is reported where it is 0 too. */
type Reported = Count & { always?: boolean };

/** One count a second. */
function summed(counts: Count[]): Count[] {
  const seconds = new Map<number, number>();
  for (const { at, count } of counts) seconds.set(at, (seconds.get(at) ?? 0) + count);
  return [...seconds].map(([at, count]) => ({ at, count }));
}

/** Flows are always reported, be it that there are none. */
function everySecond(counts: Count[]): Reported[] {
  const known = new Map(counts.map(({ at, count }) => [at, count]));
  const last = Math.floor(Date.now() / 1_000);
  return Array.from({ length: alwaysReported }, (_, back) => (last - back) * 1_000).map((at) => ({
    at,
    count: known.get(at) ?? 0,
    always: true,
  }));
}

/** Seconds for which flows can be asked. */
const alwaysReported = 600;

async function getMetricStatistics(call: Call, moto: Moto, counts: RequestCounts): Promise<Answer> {
  const asked = call.parameters as unknown as Metric & Span & { Period: number; Statistics?: string[] };
  const found = countsOf(asked, counts);
  if (!found) return moto.pass(call);
  const points = pointsOf(found, asked, asked.Period);
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
  const known = queries.map(({ MetricStat }) => MetricStat && countsOf(MetricStat.Metric, counts));
  if (!known.some((found) => found)) return moto.pass(call);
  const results = queries.map(({ Id, Label, MetricStat }, index) => {
    const points = pointsOf(known[index] ?? [], asked, MetricStat?.Period ?? 60);
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

/** The periods in which a request came. As at AWS there is no point for one without, not even a zero; but for flows. */
function pointsOf(
  counts: Reported[],
  { StartTime, EndTime }: Span,
  period: number,
): { at: number; values: number[] }[] {
  const periods = new Map<number, number[]>();
  const from = Math.floor(StartTime / period) * period;
  for (const { at, count, always = false } of counts) {
    const start = Math.floor(at / 1_000 / period) * period;
    if ((count === 0 && !always) || start < from || start >= EndTime) continue;
    periods.set(start, [...(periods.get(start) ?? []), count]);
  }
  return [...periods].sort(([a], [b]) => a - b).map(([at, values]) => ({ at, values }));
}

/** A statistic over the seconds of a period. */
function statistic(name: string, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (name === "Average") return sum / values.length;
  if (name === "Maximum") return Math.max(...values);
  if (name === "Minimum") return Math.min(...values);
  return name === "SampleCount" ? values.length : sum;
}
