export const PERIODS = ["second", "minute", "hour", "day", "month", "year"] as const;
export type Period = (typeof PERIODS)[number];

/** How long a counter of a period is kept. */
export const SECONDS: Record<Period, number> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86400,
  month: 2592000,
  year: 31536000,
};

/** When the period that `now` lies in began, by UTC. */
export function windowStart(period: Period, now: number): number {
  if (period === "month" || period === "year") {
    const date = new Date(now);
    return Date.UTC(date.getUTCFullYear(), period === "month" ? date.getUTCMonth() : 0);
  }
  const length = SECONDS[period] * 1000;
  return Math.floor(now / length) * length;
}
