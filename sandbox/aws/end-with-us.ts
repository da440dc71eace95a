import type { ChildProcess } from "node:child_process";

const running = new Map<ChildProcess, () => void>();
let watched = false;

/** Ends a child when this process exits while it still runs: a test that is broken off leaves nothing behind. */
export function endWithUs(child: ChildProcess, end: () => void): void {
  if (!watched) {
    watched = true;
    process.once("exit", () => {
      for (const each of running.values()) each();
    });
  }
  running.set(child, end);
  child.once("exit", () => running.delete(child));
}
