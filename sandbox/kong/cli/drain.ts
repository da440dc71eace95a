import { existsSync } from "node:fs";
import { request } from "node:http";
import { loadConfig, loadRunning } from "../config";
import { since, type Version } from "../version";
import { CommandError } from "./error";
import type { Options } from "./options";

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
  const answer = await post(url, JSON.stringify({ status: "draining" }));
  process.stdout.write(
    answer === 204
      ? "Kong's status successfully changed to 'draining'\n"
      : typeof answer === "number"
        ? `Unexpected response status from ${url}: ${answer}\n`
        : `Failed to send request to ${url}: ${answer.message}\n`,
  );
  return 0;
}

/** The answer's status, or what went wrong. */
function post(url: string, body: string): Promise<number | Error> {
  return new Promise((done) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(url, { method: "POST", headers, timeout: 1000, agent: false }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
    sent.on("timeout", () => sent.destroy(new Error("timeout")));
    sent.on("error", done);
    sent.end(body);
  });
}
