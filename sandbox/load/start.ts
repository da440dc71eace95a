import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Ledger, Progress } from "./ledger";
import type { Message } from "./messages";
import { completeOptions, type LoadOptions } from "./options";

export interface Load {
  pid: number;
  /** Epoch milliseconds. */
  startedAt: number;
  /** The last progress that was printed, at most a second old. */
  snapshot(): Progress;
  /** Ends the sending, waits for the answers on their way, and gives the ledger; also when it had ended by itself. */
  stop(): Promise<Ledger>;
  /** The ledger, once the load has ended by itself or was stopped. */
  ended: Promise<Ledger>;
}

/** Starts the load in a process of its own; settles when its first request goes out. `onProgress` is called each second. */
export async function startLoad(
  options: LoadOptions,
  onProgress?: (progress: Progress) => void,
): Promise<Load> {
  const complete = completeOptions(options);
  const child = spawn(
    process.execPath,
    ["-r", require.resolve("../../tools/typescript.cjs"), join(__dirname, "main.ts"), "--attached"],
    {
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  // It may be gone before it has read its options; its exit code and stderr say why.
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${JSON.stringify(complete)}\n`);

  let latest: Progress = { second: 0, sent: 0, answered: 0, lost: 0, inFlight: 0, slots: {} };
  let ledger: Ledger | undefined;
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));

  const started = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as Message;
      if (message.type === "started") resolve(message.startedAt);
      else if (message.type === "ended") ledger = message.ledger;
      else {
        latest = message.progress;
        onProgress?.(latest);
      }
    });
  });
  const ended = new Promise<Ledger>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (ledger) resolve(ledger);
      else
        reject(
          new Error(
            `the load ended without a ledger (${signal ?? `exit code ${code}`}): ${complaints.trim()}`,
          ),
        );
    });
  });
  // Whoever awaits it is told; a caller that does not yet is not ended by it.
  ended.catch(() => undefined);

  const startedAt = await Promise.race([started, ended.then((early) => early.startedAt)]);
  return {
    pid: child.pid ?? 0,
    startedAt,
    snapshot: () => latest,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
    ended,
  };
}
