import { log } from "./log";
import type { Options } from "./options";
import { runningConfig } from "./prefix";
import { signal } from "./process";

/** The node reads its entities from the database again; listeners and settings need a restart. */
export function reload(options: Options): number {
  signal(runningConfig(options.prefix), "SIGHUP");
  log("Kong reloaded");
  return 0;
}
