import type { Ledger } from "../../sandbox/load/ledger";

/** Why the demo has not shown what it is to show; empty when it has. */
export function whatFailed(ledger: Ledger, atLeast: number): string[] {
  const { sent, lost, lostByKind, steady, secondsBelow, fullSeconds, ratePerSecond } = ledger;
  const kinds = Object.entries(lostByKind).map(([kind, count]) => `${count} by ${kind}`);
  return [
    ...(lost > 0 ? [`${lost} of ${count(sent)} requests were lost: ${kinds.join(", ")}`] : []),
    ...(steady
      ? []
      : [
          `the load was not steady: in ${secondsBelow} of ${fullSeconds} seconds fewer than 95 % of ${ratePerSecond} requests ` +
            `were sent. This machine is too slow or too busy for it; run it again when it is quiet`,
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
