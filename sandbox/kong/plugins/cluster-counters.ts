import type { Queryable } from "../db/client";
import { counterKey, type Counters, type Place } from "./counters";
import { SECONDS, windowStart, type Period } from "./periods";

interface Count {
  place: Place;
  period: Period;
  start: number;
  /** What the database said last. */
  stored: number;
  /** Counted here and on its way to the database, or waiting for the next write. */
  sending: number;
  waiting: number;
}

const PAUSE = 20;

/**
 * Counters in the table that all nodes of a database share. A counter that is new here is read first; what is counted
 * is written in one statement for all counters, at most fifty times a second, and brings the cluster's sums back.
 */
export class ClusterCounters implements Counters {
  private readonly counts = new Map<string, Count>();
  private readonly reading = new Map<string, Promise<Count>>();
  private timer: NodeJS.Timeout | undefined;
  private writing = false;
  private sweepAt = 0;

  constructor(private readonly db: Queryable) {}

  async usage(place: Place, periods: Period[], now: number): Promise<Map<Period, number>> {
    const usage = new Map<Period, number>();
    for (const period of periods) {
      const start = windowStart(period, now);
      const key = counterKey(place, period, start);
      const count = this.counts.get(key) ?? (await this.read(key, place, period, start));
      usage.set(period, count.stored + count.sending + count.waiting);
    }
    return usage;
  }

  increment(place: Place, periods: Period[], now: number): void {
    for (const period of periods) {
      const count = this.counts.get(counterKey(place, period, windowStart(period, now)));
      if (count) count.waiting += 1;
    }
    this.schedule();
    this.sweep(now);
  }

  /** Writes what is waiting; for the end of the process. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    await this.write().catch(() => undefined);
  }

  private read(key: string, place: Place, period: Period, start: number): Promise<Count> {
    let reading = this.reading.get(key);
    if (!reading) {
      reading = this.select(place, period, start)
        .then((stored) => {
          const count = { place, period, start, stored, sending: 0, waiting: 0 };
          this.counts.set(key, count);
          return count;
        })
        .finally(() => this.reading.delete(key));
      this.reading.set(key, reading);
    }
    return reading;
  }

  private async select(
    { identifier, service, route }: Place,
    period: Period,
    start: number,
  ): Promise<number> {
    const { rows } = await this.db.query(
      `SELECT value FROM ratelimiting_metrics
       WHERE identifier = $1 AND period = $2 AND period_date = $3 AND service_id = $4 AND route_id = $5`,
      [identifier, period, new Date(start), service, route],
    );
    return Number(rows[0]?.value ?? 0);
  }

  private schedule(): void {
    if (this.writing || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.write().catch((error: unknown) => {
        process.stderr.write(`could not count in the database: ${(error as Error).message}\n`);
      });
    }, PAUSE);
  }

  private async write(): Promise<void> {
    const due = [...this.counts.values()].filter(({ waiting }) => waiting > 0);
    if (due.length === 0) return;
    this.writing = true;
    for (const count of due) [count.sending, count.waiting] = [count.waiting, 0];
    try {
      const { rows } = await this.db.query(
        `INSERT INTO ratelimiting_metrics AS m (identifier, period, period_date, service_id, route_id, value, ttl)
         SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::int[], $7::timestamptz[])
         ON CONFLICT (identifier, period, period_date, service_id, route_id)
           DO UPDATE SET value = m.value + EXCLUDED.value
         RETURNING identifier, period, period_date, service_id, route_id, value`,
        columns(due),
      );
      for (const count of due) count.stored += count.sending;
      for (const row of rows) {
        const place = { identifier: row.identifier, service: row.service_id, route: row.route_id } as Place;
        const start = (row.period_date as Date).getTime();
        const count = this.counts.get(counterKey(place, row.period as Period, start));
        if (count) count.stored = Number(row.value);
      }
    } finally {
      // After a failure the requests stay uncounted, as in Kong.
      for (const count of due) count.sending = 0;
      this.writing = false;
      if (due.some(({ waiting }) => waiting > 0)) this.schedule();
    }
  }

  private sweep(now: number): void {
    if (now < this.sweepAt) return;
    this.sweepAt = now + 10_000;
    for (const [key, { start, period }] of this.counts) {
      if (start + SECONDS[period] * 1000 + 60_000 < now) this.counts.delete(key);
    }
    this.db.query(`DELETE FROM ratelimiting_metrics WHERE ttl < now()`).catch(() => undefined);
  }
}

function columns(due: Count[]): unknown[] {
  return [
    due.map(({ place }) => place.identifier),
    due.map(({ period }) => period),
    due.map(({ start }) => new Date(start)),
    due.map(({ place }) => place.service),
    due.map(({ place }) => place.route),
    due.map(({ sending }) => sending),
    due.map(({ period }) => new Date(Date.now() + SECONDS[period] * 1000)),
  ];
}
