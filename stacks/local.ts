import path from "node:path";
import { host, portsOf } from "../components/local/layout";
import { localPlatform } from "../components/local/platform";
import { ownTablesOf } from "../products/configuration";
import { drainLimitOf, timeoutsOf } from "./config/limits";
import { problemOfDirectory } from "./local-directory";
import { directoryOf, placeOf } from "./local-place";
import { type Host, runProgram } from "./program";

/** The embedded platform: everything on this machine's loopback, below one directory. */
const embedded: Host = {
  place: placeOf,
  open: ({ config, asked, runnable }, stack) => {
    const [timeouts, drainLimit] = [timeoutsOf(config), drainLimitOf(config)];
    const { port, programs = "" } = config.local;
    const directory = directoryOf(config.local.directory, stack);
    const ownTables = ownTablesOf(asked.customPlugins);
    const where = { directory, port, programs, timeouts, drainLimit, ownTables };
    return {
      platform: localPlatform({ product: runnable, ...where }),
      unusable: problemOfDirectory(directory),
      locate: (given) => path.resolve(given),
      addresses: () => ({
        url: `http://${host}:${portsOf(port).gateway}`,
        adminUrl: `http://${host}:${portsOf(port).admin}`,
      }),
    };
  },
};

/** The program of the embedded platform. */
export function local(raw: Record<string, string>): Promise<Record<string, unknown>> {
  return runProgram(raw, embedded);
}
