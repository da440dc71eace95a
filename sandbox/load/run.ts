import { openClients } from "./clients";
import { exchange } from "./exchange";
import { addResult, addSent, openBook, progressOf, summarise, type Ledger, type Progress } from "./ledger";
import type { CompleteOptions } from "./options";
import { startPace } from "./pace";

export interface Run {
  startedAt: number;
  /** Settles when the last answer is in or given up. */
  ledger: Promise<Ledger>;
  /** Sends nothing more, and waits for the answers on their way. */
  stop(why: Ledger["ended"]): void;
}

/** Sends the load from this process and keeps its books. `onProgress` is called each second. */
export function run(options: CompleteOptions, onProgress: (progress: Progress) => void): Run {
  const clients = openClients(options);
  const startedAt = Date.now();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const sinceStart = () => performance.now() - start;
  const book = openBook(startedAt);
  const base = new URL(options.url);
  const prefix = base.pathname.replace(/\/$/, "");
  const target = { host: base.hostname.replace(/^\[|\]$/g, ""), port: Number(base.port || 80) };
  const waiting = new Set<Promise<void>>();
  let ended: Ledger["ended"] = "maxSeconds";

  const sendOne = async () => {
    const { connection, method, path: plainPath, agent, body } = clients.next();
    const path = prefix + plainPath;
    const sentAt = sinceStart();
    addSent(book, sentAt);
    const { headers, timeoutMs } = options;
    const call = {
      ...target,
      id: `${startedAt}-${book.sent}`,
      method,
      path,
      headers,
      body,
      agent,
      timeoutMs,
    };
    const outcome = await exchange(call);
    addResult(book, { sentAt, answeredAt: sinceStart(), method, path, connection, ...outcome });
  };
  const send = () => {
    const one = sendOne().finally(() => waiting.delete(one));
    waiting.add(one);
  };

  const progress = setInterval(() => onProgress(progressOf(book, sinceStart())), 1000);
  const pace = startPace({ ratePerSecond: options.ratePerSecond, maxSeconds: options.maxSeconds, send });

  const close = async () => {
    const { elapsedMs, skipped } = await pace.ended;
    await Promise.all(waiting);
    clearInterval(progress);
    clients.close();
    const { user, system } = process.cpuUsage(cpu);
    const cpuShare = (user + system) / 1000 / sinceStart();
    const { url, ratePerSecond } = options;
    return summarise(book, { url, ended, elapsedMs, ratePerSecond, skipped, cpuShare });
  };
  const stop = (why: Ledger["ended"]) => {
    // A stop while the last answers are awaited changes nothing: the sending had ended before.
    if (pace.stop()) ended = why;
  };
  return { startedAt, ledger: close(), stop };
}
