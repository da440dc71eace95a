import { toRow, type Cell, type Row } from "./ledger";

/** Consecutive seconds in which the slots answered in about the same shares. */
export interface Phase {
  /** First and last second, since the start. */
  from: number;
  to: number;
  rows: Row[];
}

/** Puts consecutive seconds with the same mix of slots together. */
export function condense(seconds: Map<string, Cell>[]): Phase[] {
  const groups: { from: number; cells: Map<string, Cell>[] }[] = [];
  for (const [second, cells] of seconds.entries()) {
    const last = groups.at(-1);
    if (last && sameMix(answersOf(last.cells), answersOf([cells]))) last.cells.push(cells);
    else groups.push({ from: second, cells: [cells] });
  }
  return groups.map(({ from, cells }) => ({ from, to: from + cells.length - 1, rows: rowsOf(cells) }));
}

function rowsOf(seconds: Map<string, Cell>[]): Row[] {
  const slots = [...new Set(seconds.flatMap((cells) => [...cells.keys()]))].sort();
  return slots.map((slot) =>
    toRow(
      slot,
      seconds.flatMap((cells) => cells.get(slot) ?? []),
    ),
  );
}

function answersOf(seconds: Map<string, Cell>[]): Map<string, number> {
  const answers = new Map<string, number>();
  for (const cells of seconds)
    for (const [slot, { answered }] of cells)
      if (answered > 0) answers.set(slot, (answers.get(slot) ?? 0) + answered);
  return answers;
}

/**
 * Whether a second fits the phase before it. The shares of a second scatter around the weights, more so the fewer
 * answers it has, so the tolerance is four standard deviations of that scatter and a little. A slot that appears or
 * disappears always begins a new phase, unless it had so few answers that a second without any is no wonder.
 */
function sameMix(phase: Map<string, number>, second: Map<string, number>): boolean {
  const before = sum(phase);
  const now = sum(second);
  if (before === 0 || now === 0) return before === now;
  return [...new Set([...phase.keys(), ...second.keys()])].every((slot) => {
    const expected = (phase.get(slot) ?? 0) / before;
    const share = (second.get(slot) ?? 0) / now;
    if (expected === 0) return false;
    if (share === 0 && expected * now >= 5) return false;
    return Math.abs(share - expected) <= 4 * Math.sqrt((expected * (1 - expected)) / now) + 0.02;
  });
}

function sum(counts: Map<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
