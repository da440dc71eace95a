import type { Json } from "../entities/schema";
import { NOWHERE, type Counters } from "./counters";
import { PERIODS, SECONDS, windowStart, type Period } from "./periods";
import type { Context, Handler } from "./types";

export const rateLimiting =
  (local: Counters, cluster: Counters): Handler =>
  async (config, context) => {
    const now = Date.now();
    const counters = config.policy === "cluster" ? cluster : local;
    const place = {
      identifier: identifier(config, context),
      service: (config.$service as string | undefined) ?? NOWHERE,
      route: (config.$route as string | undefined) ?? NOWHERE,
    };
    const limits = PERIODS.filter((period) => typeof config[period] === "number");
    let usage: Map<Period, number>;
    try {
      usage = await counters.usage(place, limits, now);
    } catch {
      if (config.fault_tolerant === true) return undefined;
      return { status: 500, body: { message: "An unexpected error occurred" } };
    }
    const remaining = new Map(
      limits.map((period) => [period, Number(config[period]) - (usage.get(period) ?? 0)]),
    );
    const stop = [...limits].reverse().find((period) => (remaining.get(period) ?? 0) <= 0);
    const headers = limitHeaders(config, remaining, stop, now);
    if (config.hide_client_headers !== true) {
      for (const [name, value] of headers) context.responseHeaders.set(name, value);
    }
    if (stop === undefined) {
      counters.increment(place, limits, now);
      return undefined;
    }
    if (config.hide_client_headers !== true) {
      context.responseHeaders.set("Retry-After", headers.get("RateLimit-Reset") ?? 1);
    }
    return { status: Number(config.error_code), body: { message: config.error_message } };
  };

function identifier(
  config: Json,
  { consumer, credential, service, request, path, clientIp }: Context,
): string {
  let found: unknown;
  if (config.limit_by === "service") found = service?.id;
  else if (config.limit_by === "consumer") found = consumer?.id ?? credential?.id;
  else if (config.limit_by === "credential") found = credential?.id;
  else if (config.limit_by === "header") found = request.headers[String(config.header_name).toLowerCase()];
  else if (config.limit_by === "path") found = path === config.path ? path : undefined;
  return typeof found === "string" ? found : clientIp;
}

/** The headers of each period, and of the one that is nearest to its limit. */
function limitHeaders(config: Json, left: Map<Period, number>, stop: Period | undefined, now: number) {
  const headers = new Map<string, number>();
  let nearest: { period: Period; remaining: number } | undefined;
  for (const [period, before] of left) {
    const remaining = Math.max(0, stop === undefined || stop === period ? before - 1 : before);
    const closer = !nearest || remaining < nearest.remaining;
    const wider = nearest && remaining === nearest.remaining && SECONDS[period] > SECONDS[nearest.period];
    if (closer || wider) nearest = { period, remaining };
    const name = period.charAt(0).toUpperCase() + period.slice(1);
    headers.set(`X-RateLimit-Limit-${name}`, Number(config[period]));
    headers.set(`X-RateLimit-Remaining-${name}`, remaining);
  }
  if (nearest) {
    const { period, remaining } = nearest;
    const elapsed = Math.floor((now - windowStart(period, now)) / 1000);
    headers.set("RateLimit-Limit", Number(config[period]));
    headers.set("RateLimit-Remaining", remaining);
    headers.set("RateLimit-Reset", Math.max(1, SECONDS[period] - elapsed));
  }
  return headers;
}
