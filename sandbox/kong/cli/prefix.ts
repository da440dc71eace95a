import { existsSync } from "node:fs";
import { CommandError } from "./error";
import { loadConfig, loadRunning, type Config } from "../config";

/** The settings of the node in the prefix that the options or the environment name. */
export function runningConfig(prefix: string | undefined): Config {
  const config = loadConfig({ prefix });
  if (!existsSync(config.prefix)) throw new CommandError(`no such prefix: ${config.prefix}`);
  if (!existsSync(config.kongEnv)) throw new CommandError(`Kong is not running at ${config.prefix}`);
  return loadRunning(config.prefix);
}

export const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
