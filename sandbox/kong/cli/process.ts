import { readFileSync } from "node:fs";
import { CommandError } from "./error";
import type { Config } from "../config";

/** The pid of the node that runs in the prefix, or undefined. A pid that has been given to another process does not count. */
export function runningPid(config: Config): number | undefined {
  const pid = Number(readText(config.pidFile));
  if (!isAlive(pid)) return undefined;
  const started = readText(startedFile(config));
  const now = startTime(pid);
  return started !== "" && now !== undefined && started !== now ? undefined : pid;
}

/** Beside the pid file: when the process of that pid started. */
export const startedFile = (config: Config) => `${config.pidFile}.started`;

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
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
