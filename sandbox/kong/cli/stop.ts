import { log } from "./log";
import type { Options } from "./options";
import { runningConfig } from "./prefix";
import { signal } from "./process";

export function stop(options: Options): number {
  signal(runningConfig(options.prefix), "SIGTERM");
  log("Kong stopped");
  return 0;
}
