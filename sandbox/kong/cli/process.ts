import { readFileSync } from "node:fs";
import { CommandError } from "./error";
import type { Config } from "../config";

/** The pid of the node that runs in the prefix, or undefined. A pid that has been given to another process does not count. */
export function runningPid(config: Config): number | undefined {
  let text: string;
  try {
    text = readFileSync(config.pidFile, "utf8");
  } catch {
    return undefined;
  }
  const [pid, started] = text.trim().split(" ");
  if (!pid || !isAlive(Number(pid))) return undefined;
  const now = startTime(Number(pid));
  return started !== undefined && now !== undefined && started !== now ? undefined : Number(pid);
}

/** When the process started, in the kernel's ticks, where the kernel tells; a zombie counts as gone. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "gone" : fields[19];
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export function signal(config: Config, name: NodeJS.Signals): void {
  const pid = runningPid(config);
  if (pid === undefined) throw new CommandError(`nginx not running in prefix: ${config.prefix}`);
  process.kill(pid, name);
}
