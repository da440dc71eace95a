import { existsSync } from "node:fs";
import { loadConfig, loadRunning } from "../config";
import { since, type Version } from "../version";
import { CommandError } from "./error";
import type { Options } from "./main";

/** `/status/ready` answers 503 from now on, until the node is restarted: there is no way back. Always exit code 0. */
export async function drain(options: Options, version: Version): Promise<number> {
  if (!since(version, "3.9")) throw new CommandError(`No such command: drain (Kong has it since 3.9)`);
  let config = loadConfig({ conf: options.conf, prefix: options.prefix });
  if (existsSync(config.kongEnv)) config = loadRunning(config.prefix);
  const listener = config.status[0];
  if (!listener) {
    process.stdout.write("No status listeners found in configuration.\n");
    return 0;
  }
  const url = `http://${listener.host}:${listener.port}/status/ready`;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ status: "draining" }),
      signal: AbortSignal.timeout(1000),
    });
    process.stdout.write(
      response.status === 204
        ? "Kong's status successfully changed to 'draining'\n"
        : `Unexpected response status from ${url}: ${response.status}\n`,
    );
  } catch (error) {
    process.stdout.write(`Failed to send request to ${url}: ${(error as Error).message}\n`);
  }
  return 0;
}
