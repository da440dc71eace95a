import type { Ledger } from "../../sandbox/load/ledger";

/** Why the demo has not shown what it is to show; empty when it has. */
export function whatFailed(ledger: Ledger, atLeast: number): string[] {
  const { sent, lost, lostByKind, skipped, secondsBelow, fullSeconds, ratePerSecond } = ledger;
  const kinds = Object.entries(lostByKind).map(([kind, count]) => `${count} by ${kind}`);
  // The load sends what is due at most 0.2 s late, and skips what would be later: so a second with too few and none
  // skipped had some of its requests sent at the beginning of the next one, and the rate was kept.
  const steady = ledger.steady || (fullSeconds > 0 && skipped === 0);
  return [
    ...(lost > 0 ? [`${lost} of ${count(sent)} requests were lost: ${kinds.join(", ")}`] : []),
    ...(steady
      ? []
      : [
          `the load was not steady: in ${secondsBelow} of ${fullSeconds} seconds fewer than 95 % of ${ratePerSecond} requests ` +
            `were sent, and ${skipped} not at all. This machine is too slow or too busy for it; run it again when it is quiet`,
        ]),
    ...(sent < atLeast ? [`only ${count(sent)} of at least ${count(atLeast)} requests were sent`] : []),
  ];
}

/** 20,000 */
export function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** When a slot answered its last request, in seconds after the given moment; undefined if it answered none since. */
export function lastAnswerAfter(ledger: Ledger, slot: string, moment: number): number | undefined {
  const last = ledger.slots.find((row) => row.slot === slot)?.lastAnsweredAt;
  return last === null || last === undefined || last < moment ? undefined : (last - moment) / 1_000;
}
