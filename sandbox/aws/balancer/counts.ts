import type { Count } from "./state";

/** Counts by the second. */
export function countBySecond() {
  const seconds = new Map<number, number>();
  return {
    add(count = 1): void {
      const at = Math.floor(Date.now() / 1_000) * 1_000;
      seconds.set(at, (seconds.get(at) ?? 0) + count);
    },
    /** Keeps the highest number that was seen in the second. */
    peak(count: number): void {
      const at = Math.floor(Date.now() / 1_000) * 1_000;
      if (count > (seconds.get(at) ?? 0)) seconds.set(at, count);
    },
    list: (): Count[] => [...seconds].map(([at, count]) => ({ at, count })),
  };
}
