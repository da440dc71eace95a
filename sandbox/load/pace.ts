/** Requests that are due later than this are not sent any more, but counted as skipped: a burst is no constant load. */
const catchUpMs = 200;

export interface PaceArgs {
  ratePerSecond: number;
  /** Ends by itself after so many seconds. */
  maxSeconds: number;
  /** Called for each request when it is due. */
  send: () => void;
}

export interface Pace {
  /** Settles when the last request was sent. */
  ended: Promise<{ elapsedMs: number; skipped: number }>;
  /** Nothing more is sent. False when it had ended before. */
  stop(): boolean;
}

/** Calls `send` at a constant rate, by the clock: what was late does not delay what comes after it. */
export function startPace({ ratePerSecond, maxSeconds, send }: PaceArgs): Pace {
  const start = performance.now();
  const total = Math.max(1, Math.floor(ratePerSecond * maxSeconds));
  const bound = Math.max(1, Math.ceil((ratePerSecond * catchUpMs) / 1000));
  let reached = 0;
  let skipped = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let end: (result: { elapsedMs: number; skipped: number }) => void;
  const ended = new Promise<{ elapsedMs: number; skipped: number }>((resolve) => (end = resolve));

  const stop = () => {
    if (stopped) return false;
    stopped = true;
    clearTimeout(timer);
    end({ elapsedMs: performance.now() - start, skipped });
    return true;
  };

  const tick = () => {
    if (stopped) return;
    const elapsed = performance.now() - start;
    const due = Math.min(Math.floor((elapsed * ratePerSecond) / 1000) + 1, total) - reached;
    const sending = Math.min(due, bound);
    skipped += due - sending;
    reached += due;
    for (let i = 0; i < sending; i++) send();
    if (elapsed >= maxSeconds * 1000) stop();
    else wait(Math.min((reached * 1000) / ratePerSecond, maxSeconds * 1000) - elapsed);
  };

  // By way of setImmediate: the event loop then reads its sockets between the timer and the sending, so that a kept
  // connection whose end has already arrived is seen as closed, and not used once more.
  const wait = (ms: number) => {
    timer = setTimeout(() => setImmediate(tick), Math.max(ms, 0));
  };
  wait(0);
  return { ended, stop };
}
