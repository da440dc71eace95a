import { CommandError } from "./error";
import { log } from "./log";
import type { Options } from "./options";
import { runningConfig } from "./prefix";
import { runningPid } from "./process";

/** Looks at the process only, not at whether it can serve. */
export function health(options: Options): number {
  const config = runningConfig(options.prefix);
  const running = runningPid(config) !== undefined;
  log(`nginx.......${running ? "running" : "not running"}\n`);
  if (!running) throw new CommandError(`Kong is not running at ${config.prefix}`);
  log(`Kong is healthy at ${config.prefix}`);
  return 0;
}
