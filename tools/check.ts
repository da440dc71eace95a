// The findings of a preview without an engine: from a stack's config, and from what its outputs recorded.
import path from "node:path";
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

/** One line, whatever a file or an option holds. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, "?");
  return plain.length > 500 ? `${plain.slice(0, 497)}...` : plain;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  console.error(error instanceof CheckProblem ? message : `The check itself failed: ${message}`);
  process.exitCode = unreadable;
}
