import type { Ledger, Progress } from "./ledger";

/** What the load's process prints, one JSON object a line; the whole ledger only to a parent. */
export type Message =
  | { type: "started"; pid: number; url: string; startedAt: number }
  | { type: "progress"; progress: Progress }
  | { type: "ended"; ledger: Ledger };
