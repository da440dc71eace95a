import { condense, type Phase } from "./phases";

/** `kept`: a connection kept alive between requests; `new`: one of its own, closed after the answer. */
export type Connection = "kept" | "new";
export type Method = "GET" | "POST";

/**
 * Why a request is lost:
 * - `reused`: the kept connection it was sent on closed before any byte of the answer. Clients in the field repeat a GET
 *   then; ours repeats nothing and counts it, but under a name of its own, since the server may have closed while the
 *   request was on its way.
 * - `connection`: refused, reset, or closed before the answer began.
 * - `cut`: the answer began and did not end.
 * - `timeout`: no complete answer in time.
 * - `status`: anything but 2xx.
 * - `body`: the answer does not echo what was sent.
 */
export type LostKind = "reused" | "connection" | "cut" | "timeout" | "status" | "body";

/** What became of one request. Times are milliseconds since the start of the load. */
export interface Result {
  sentAt: number;
  /** When the answer was complete, or the request given up. */
  answeredAt: number;
  method: Method;
  path: string;
  connection: Connection;
  /** The slot that answered; null when nothing says so. */
  slot: string | null;
  /** The version of the gateway that answered; null when nothing says so. */
  version: string | null;
  lost: { kind: LostKind; reason: string } | null;
}

/** A lost request, for whoever looks for the cause. */
export interface LostRequest extends Pick<Result, "method" | "path" | "connection" | "slot" | "version"> {
  kind: LostKind;
  reason: string;
  /** Epoch milliseconds. */
  sentAt: number;
  afterMs: number;
}

/** Requests of one slot over some time, by the time they were sent: sent = answered + lost. */
export interface Row {
  /** `none` stands for requests that no slot answered, or that carry no slot. */
  slot: string;
  sent: number;
  answered: number;
  lost: number;
  /** Milliseconds, over the answered; null when none was. */
  p50: number | null;
  p99: number | null;
  versions: string[];
}

/** All that one slot answered. Times are epoch milliseconds, over every answer of the slot, also a wrong one (a 503, say). */
export interface SlotTotals extends Row {
  /** When the first and the last of the requests it answered were sent. */
  firstSentAt: number | null;
  lastSentAt: number | null;
  /** When its first and last answers were complete. */
  firstAnsweredAt: number | null;
  lastAnsweredAt: number | null;
}

export interface Ledger {
  url: string;
  /** Epoch milliseconds; `endedAt` is when sending ended. */
  startedAt: number;
  endedAt: number;
  ended: "maxSeconds" | "stopped" | "parent gone";
  /** sent = answered + lost, always: nothing ends uncounted. */
  sent: number;
  answered: number;
  lost: number;
  /** How many of the lost are of each kind. */
  lostByKind: Partial<Record<LostKind, number>>;
  /** Requests that were due and never sent, because this process fell too far behind to catch up. */
  skipped: number;
  ratePerSecond: number;
  achievedPerSecond: number;
  fullSeconds: number;
  /** Full seconds with fewer than 95% of the rate sent. */
  secondsBelow: number;
  /** There was a full second, and none was below. */
  steady: boolean;
  /** Requests by method and connection, such as `POST kept`. */
  mix: Record<string, { sent: number; lost: number }>;
  slots: SlotTotals[];
  /** One row for each second (since the start) and slot. */
  seconds: (Row & { second: number })[];
  /** The same, with alike seconds put together. */
  phases: Phase[];
  lostRequests: LostRequest[];
  /** CPU time of the load's own process as a share of one core. */
  cpuShare: number;
}

/** Totals while the load runs. */
export interface Progress {
  /** Seconds since the start. */
  second: number;
  sent: number;
  answered: number;
  lost: number;
  inFlight: number;
  /** By slot, since the start. */
  slots: Record<string, { answered: number; lost: number; lastAnsweredAt: number | null }>;
}

interface Times {
  firstSent: number;
  lastSent: number;
  firstAnswered: number;
  lastAnswered: number;
}

/** Requests of one slot in one second. */
export interface Cell {
  answered: number;
  lost: number;
  /** Of the answered, in milliseconds. */
  latencies: number[];
  versions: Set<string>;
}

/** Everything recorded so far. */
export interface Book {
  startedAt: number;
  sent: number;
  answered: number;
  lost: number;
  sentBySecond: number[];
  /** By second, then slot. */
  seconds: Map<string, Cell>[];
  slots: Map<string, { answered: number; lost: number; times: Times | null }>;
  mix: Record<string, { sent: number; lost: number }>;
  lostRequests: LostRequest[];
}

/** What the book cannot know by itself. */
export interface Ending {
  url: string;
  ended: Ledger["ended"];
  /** How long requests were sent, in milliseconds. */
  elapsedMs: number;
  ratePerSecond: number;
  skipped: number;
  cpuShare: number;
}

export const noSlot = "none";
const steadyShare = 0.95;

export function openBook(startedAt: number): Book {
  return {
    startedAt,
    sent: 0,
    answered: 0,
    lost: 0,
    sentBySecond: [],
    seconds: [],
    slots: new Map(),
    mix: {},
    lostRequests: [],
  };
}

/** Counts a request when it is sent, apart from its result: so one that ends nowhere would show. */
export function addSent(book: Book, sentAt: number): void {
  const second = Math.floor(sentAt / 1000);
  book.sent++;
  book.sentBySecond[second] = (book.sentBySecond[second] ?? 0) + 1;
}

/** Adds what became of a request. */
export function addResult(book: Book, result: Result): void {
  const { lost } = result;
  const slotName = result.slot ?? noSlot;
  const cell = cellOf(book, Math.floor(result.sentAt / 1000), slotName);
  const slot = entry(book.slots, slotName, () => ({ answered: 0, lost: 0, times: null }));
  const mix = (book.mix[`${result.method} ${result.connection}`] ??= { sent: 0, lost: 0 });
  mix.sent++;
  if (lost) {
    for (const counts of [book, cell, slot, mix]) counts.lost++;
    book.lostRequests.push(lostRequest(book.startedAt, result, lost));
  } else {
    for (const counts of [book, cell, slot]) counts.answered++;
    cell.latencies.push(result.answeredAt - result.sentAt);
  }
  if (result.version !== null) cell.versions.add(result.version);
  // A wrong answer of a slot is still the slot's; a request that nobody answered has no time of an answer.
  if (result.slot !== null || !lost) slot.times = widen(slot.times, result);
}

function cellOf(book: Book, second: number, slot: string): Cell {
  const cells = (book.seconds[second] ??= new Map<string, Cell>());
  return entry(cells, slot, () => ({ answered: 0, lost: 0, latencies: [], versions: new Set() }));
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Answers do not come in the order in which the requests were sent. */
function widen(times: Times | null, { sentAt, answeredAt }: Result): Times {
  return {
    firstSent: Math.min(times?.firstSent ?? Infinity, sentAt),
    lastSent: Math.max(times?.lastSent ?? 0, sentAt),
    firstAnswered: Math.min(times?.firstAnswered ?? Infinity, answeredAt),
    lastAnswered: Math.max(times?.lastAnswered ?? 0, answeredAt),
  };
}

function lostRequest(startedAt: number, result: Result, lost: NonNullable<Result["lost"]>): LostRequest {
  const { method, path, connection, slot, version, sentAt, answeredAt } = result;
  return {
    ...{ method, path, connection, slot, version, ...lost },
    sentAt: Math.round(startedAt + sentAt),
    afterMs: round(answeredAt - sentAt),
  };
}

/** Where things stand, for a line of progress. */
export function progressOf(book: Book, elapsedMs: number): Progress {
  const { sent, answered, lost } = book;
  const slots = [...book.slots].map(([name, slot]): [string, Progress["slots"][string]] => [
    name,
    {
      answered: slot.answered,
      lost: slot.lost,
      lastAnsweredAt: epoch(book, slot.times?.lastAnswered),
    },
  ]);
  return {
    second: Math.round(elapsedMs / 1000),
    ...{ sent, answered, lost, inFlight: sent - answered - lost },
    slots: Object.fromEntries(slots),
  };
}

/** Closes the account. */
export function summarise(book: Book, ending: Ending): Ledger {
  const { sent, answered, lost, mix, lostRequests, startedAt } = book;
  const { elapsedMs, ratePerSecond } = ending;
  const fullSeconds = Math.floor(elapsedMs / 1000);
  const enough = steadyShare * ratePerSecond;
  const below = Array.from({ length: fullSeconds }, (_, i) => book.sentBySecond[i] ?? 0).filter(
    (n) => n < enough,
  );
  return {
    url: ending.url,
    startedAt: Math.round(startedAt),
    endedAt: Math.round(startedAt + elapsedMs),
    ended: ending.ended,
    ...{ sent, answered, lost, lostByKind: countKinds(lostRequests), skipped: ending.skipped },
    ratePerSecond,
    achievedPerSecond: elapsedMs > 0 ? round((sent * 1000) / elapsedMs) : 0,
    ...{ fullSeconds, secondsBelow: below.length, steady: fullSeconds > 0 && below.length === 0 },
    mix,
    slots: [...book.slots.keys()].map((name) => slotTotals(book, name)),
    seconds: Array.from(book.seconds).flatMap((cells, second) =>
      [...(cells ?? [])].map(([slot, cell]) => ({ second, ...toRow(slot, [cell]) })),
    ),
    phases: condense(Array.from(book.seconds, (cells) => cells ?? new Map<string, Cell>())),
    lostRequests: lostRequests.toSorted((a, b) => a.sentAt - b.sentAt),
    cpuShare: round(ending.cpuShare),
  };
}

function countKinds(requests: LostRequest[]): Ledger["lostByKind"] {
  const counts: Ledger["lostByKind"] = {};
  for (const { kind } of requests) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function slotTotals(book: Book, name: string): SlotTotals {
  const times = book.slots.get(name)?.times;
  const cells = book.seconds.flatMap((second) => second.get(name) ?? []);
  return {
    ...toRow(name, cells),
    firstSentAt: epoch(book, times?.firstSent),
    lastSentAt: epoch(book, times?.lastSent),
    firstAnsweredAt: epoch(book, times?.firstAnswered),
    lastAnsweredAt: epoch(book, times?.lastAnswered),
  };
}

/** Puts the cells of one slot together. */
export function toRow(slot: string, cells: Cell[]): Row {
  const latencies = cells.flatMap((cell) => cell.latencies).sort((a, b) => a - b);
  const answered = cells.reduce((sum, cell) => sum + cell.answered, 0);
  const lost = cells.reduce((sum, cell) => sum + cell.lost, 0);
  return {
    ...{ slot, sent: answered + lost, answered, lost },
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    versions: [...new Set(cells.flatMap((cell) => [...cell.versions]))].sort(),
  };
}

/** Of sorted values, by nearest rank; null of none. */
export function percentile(sorted: number[], share: number): number | null {
  const value = sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)];
  return value === undefined ? null : round(value);
}

function epoch(book: Book, sinceStart: number | undefined): number | null {
  return sinceStart === undefined ? null : Math.round(book.startedAt + sinceStart);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
