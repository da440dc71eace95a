import { SECONDS, windowStart, type Period } from "./periods";

/** What a counter of a plugin without a service or a route is kept under. */
export const NOWHERE = "00000000-0000-0000-0000-000000000000";

/** What is counted together. */
export interface Place {
  identifier: string;
  service: string;
  route: string;
}

export interface Counters {
  usage(place: Place, periods: Period[], now: number): Promise<Map<Period, number>>;
  increment(place: Place, periods: Period[], now: number): void;
}

export const counterKey = ({ identifier, service, route }: Place, period: Period, start: number) =>
  `${route} ${service} ${start} ${period} ${identifier}`;

/** Counters of this process only. */
export class LocalCounters implements Counters {
  private readonly counts = new Map<string, { value: number; expires: number }>();
  private sweepAt = 0;

  usage(place: Place, periods: Period[], now: number): Promise<Map<Period, number>> {
    const of = (period: Period) =>
      this.counts.get(counterKey(place, period, windowStart(period, now)))?.value ?? 0;
    return Promise.resolve(new Map(periods.map((period) => [period, of(period)])));
  }

  increment(place: Place, periods: Period[], now: number): void {
    for (const period of periods) {
      const start = windowStart(period, now);
      const key = counterKey(place, period, start);
      const count = this.counts.get(key) ?? { value: 0, expires: start + SECONDS[period] * 1000 };
      count.value += 1;
      this.counts.set(key, count);
    }
    if (now < this.sweepAt) return;
    this.sweepAt = now + 10_000;
    for (const [key, { expires }] of this.counts) if (expires < now) this.counts.delete(key);
  }
}
