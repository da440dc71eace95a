import path from "node:path";
import fs from "node:fs";
import { directoriesOnPath, directoryWith, isExecutable, tryCommand } from "./commands.mjs";
import { isAtLeast, versionIn } from "./versions.mjs";

/** The version that is downloaded or built, and the oldest that is good enough. */
export const ENGINE_VERSION = "3.250.0";

/** The version of an engine, if it is new enough and its Node language host is there; else says why not. */
export function examineEngine(file) {
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const answer = tryCommand(file, ["version"], { env: environment, seconds: 60 });
  const version = answer.ok ? versionIn(answer.text) : undefined;
  if (!version) return { why: `${file} does not start (${answer.why})` };
  if (!isAtLeast(version, ENGINE_VERSION))
    return { why: `${file} is ${version}, older than ${ENGINE_VERSION}` };
  const beside = path.join(path.dirname(fs.realpathSync(file)), "pulumi-language-nodejs");
  if (!isExecutable(beside) && !directoryWith(["pulumi-language-nodejs"], directoriesOnPath())) {
    return { why: `${file} has no pulumi-language-nodejs beside it` };
  }
  return { version };
}
