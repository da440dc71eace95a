// The findings of a preview without an engine: from a stack's config, and from what its outputs recorded.
import path from "node:path";
import { shown } from "../stacks/config/plain-text";
import { check, exitCodeOf } from "./check/check";
import { readOptions, usage } from "./check/options";
import { formatOutcome } from "./check/print";
import { CheckProblem } from "./check/problem";
import { readReleaseFile } from "./check/release-file";
import { readStackConfig } from "./check/stack-config";

const unreadable = 3;
const root = path.resolve(__dirname, "..");

function run(args: string[]): number {
  const options = readOptions(args);
  if (!options) {
    console.log(usage);
    return 0;
  }
  const { stack, configFile, release, promoted, json } = options;
  const config = readStackConfig(root, stack, configFile);
  const outcome = check(stack, config, {
    ...(release === undefined ? {} : { last: { record: readReleaseFile(release, "--release") } }),
    ...(promoted === undefined ? {} : { promoted: { record: readReleaseFile(promoted, "--promoted") } }),
  });
  console.log(json ? JSON.stringify(outcome, undefined, 2) : formatOutcome(outcome));
  return exitCodeOf(outcome);
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  const message = shown(error instanceof Error ? error.message : String(error), 500);
  console.error(error instanceof CheckProblem ? message : `The check itself failed: ${message}`);
  process.exitCode = unreadable;
}
