import type { Ledger, LostRequest } from "./ledger";

/** Lost requests that a table shows one by one; the ledger's file has them all. */
const shownLost = 10;

/** The ledger as text: totals, a row for each phase and slot, and the first of the lost requests. */
export function formatLedger(ledger: Ledger): string {
  const table = ledger.phases.flatMap(({ from, to, rows }) =>
    rows.map((row, index) => [
      index === 0 ? (from === to ? `${from}` : `${from}-${to}`) : "",
      row.slot,
      row.versions.join(" "),
      ...[row.sent, row.answered, row.lost].map(String),
      ...[row.p50, row.p99].map((ms) => (ms === null ? "-" : ms.toFixed(1))),
    ]),
  );
  return [
    totals(ledger),
    pacing(ledger),
    "",
    ...align([["second", "slot", "version", "sent", "answered", "lost", "p50 ms", "p99 ms"], ...table]),
    ...lostLines(ledger),
  ].join("\n");
}

function totals({ sent, answered, lost, lostByKind }: Ledger): string {
  const kinds = Object.entries(lostByKind).map(([kind, count]) => `${count} ${kind}`);
  return `sent ${sent}, answered ${answered}, lost ${lost}${kinds.length > 0 ? ` (${kinds.join(", ")})` : ""}`;
}

function pacing(ledger: Ledger): string {
  const { achievedPerSecond, ratePerSecond, fullSeconds, secondsBelow, skipped, steady } = ledger;
  const rate = `${achievedPerSecond.toFixed(1)} a second of ${ratePerSecond} asked, over ${fullSeconds} s`;
  return steady ? `${rate}: steady` : `${rate}: ${secondsBelow} s below 95%, ${skipped} requests skipped`;
}

/** Words to the left, numbers to the right. */
function align(lines: string[][]): string[] {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines.map((line) =>
    line
      .map((text, column) =>
        column < 3 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function lostLines({ lostRequests, startedAt }: Ledger): string[] {
  if (lostRequests.length === 0) return [];
  const line = (lost: LostRequest) =>
    `  at ${((lost.sentAt - startedAt) / 1000).toFixed(2)} s: ${lost.method} ${lost.path}, ${lost.connection} connection, ` +
    `slot ${lost.slot ?? "unknown"}, after ${lost.afterMs} ms: ${lost.reason}`;
  const more = lostRequests.length - shownLost;
  return [
    "",
    "lost:",
    ...lostRequests.slice(0, shownLost).map(line),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
