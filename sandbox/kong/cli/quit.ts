import { log } from "./log";
import { numberOption, type Options } from "./options";
import { runningConfig, sleep } from "./prefix";
import { runningPid, signal } from "./process";

/** Asks the node to finish what it has in flight; after the time limit it is ended. Both are exit code 0. */
export async function quit(options: Options): Promise<number> {
  const config = runningConfig(options.prefix);
  const started = Date.now() + Math.max(numberOption("wait", options.wait, 0), 0) * 1000;
  while (Date.now() < started) {
    await sleep(Math.min(200, started - Date.now()));
    if (runningPid(config) === undefined) {
      process.stderr.write("Kong stopped while waiting (unexpected)\n");
      return 0;
    }
  }
  signal(config, "SIGQUIT");
  const limit = Date.now() + Math.max(numberOption("timeout", options.timeout, 10), 1) * 1000;
  let running: boolean;
  do {
    await sleep(200);
    running = runningPid(config) !== undefined;
  } while (running && Date.now() < limit);
  if (running) {
    signal(config, "SIGTERM");
    log("Timeout, Kong stopped forcefully");
    return 0;
  }
  log("Kong stopped (gracefully)");
  return 0;
}
