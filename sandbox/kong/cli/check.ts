import { loadConfig } from "../config";
import type { Version } from "../version";
import { CommandError } from "./error";
import { log } from "./log";
import type { Options } from "./options";

export function check(file: string | undefined, options: Options, version: Version): number {
  if (options["lts-314-compatibility"]) {
    throw new CommandError(`--lts-314-compatibility: the twin of ${version.text} has no such check`);
  }
  const conf = file ?? "/etc/kong/kong.conf";
  loadConfig({ conf });
  log(`configuration at ${conf} is valid`);
  return 0;
}
