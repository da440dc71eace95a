// The whole on one machine: a Kong gateway is upgraded blue to green and rolled back again under a constant load, by the
// real engine, on a real PostgreSQL and a real HAProxy. Exit code 0: not a request was lost.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { startUpstream } from "../sandbox/upstream";
import { byLine, type Engine, Failed, Interrupted, lastLines } from "./demo/engine";
import { openScreen, type Screen } from "./demo/screen";
import { type Story, type StoryOptions, tell } from "./demo/story";
import { count, whatFailed } from "./demo/verdict";
import { newStack, passphrase } from "./stack";

const usage = `npm run demo -- [options]
  --requests N        requests that are sent at least (20000)
  --rate N            requests a second (300)
  --at-once           provision and shift in one change, without the stop at 10 %
  --keep-snapshots    leave the snapshots of the databases where they are`;

function readOptions(): StoryOptions & { keepSnapshots: boolean } {
  const { values } = parseArgs({
    options: {
      requests: { type: "string", default: "20000" },
      rate: { type: "string", default: "300" },
      "at-once": { type: "boolean", default: false },
      "keep-snapshots": { type: "boolean", default: false },
    },
  });
  const [requests, ratePerSecond] = [Number(values.requests), Number(values.rate)];
  if (!(requests >= 1 && ratePerSecond >= 1)) throw new Error("--requests and --rate are numbers from 1 on");
  return { requests, ratePerSecond, atOnce: values["at-once"], keepSnapshots: values["keep-snapshots"] };
}

/** The first signal ends the demo in good order; a second one leaves everything as it is. */
function interruptible(screen: Screen, directory: () => string): AbortSignal {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (interruption.signal.aborted) {
        screen.say(`left as it is, with processes that still run: ${directory()}`);
        process.exit(130);
      }
      interruption.abort(new Interrupted());
      screen.say(
        "interrupted: waiting for the command under way, then cleaning up (once more: leave all as it is)",
      );
    });
  }
  return interruption.signal;
}

async function demo(options: StoryOptions & { keepSnapshots: boolean }): Promise<number> {
  const started = performance.now();
  const screen = openScreen(process.stdout);
  let directory = "nothing was made";
  const signal = interruptible(screen, () => directory);
  const hear: Engine["hear"] = { line: () => undefined };
  const stack = await newStack("demo", { say: byLine((line) => hear.line(line)) });
  directory = stack.directory;
  screen.say(`Everything of this demo lies in ${directory} until it ends.`);
  const upstream = await startUpstream();
  const engine: Engine = { screen, stack, signal, meanwhile: () => "", hear };
  const story: Story = { engine, options, upstream };

  let failed = true;
  try {
    const wrong = whatFailed(await tell(story), options.requests);
    failed = wrong.length > 0;
    wrong.forEach((why) => screen.say(`FAILED: ${why}.`));
  } catch (error) {
    explain(screen, error);
  }
  const clean = await cleanUp(story, options.keepSnapshots);
  const seconds = (performance.now() - started) / 1_000;
  if (signal.aborted) return 130;
  if (failed || !clean) return 1;
  screen.say(
    `\nUpgraded and rolled back; no request of at least ${count(options.requests)} was lost. ${seconds.toFixed(0)} s in all.`,
  );
  if (seconds > 120) screen.say("More than 2 minutes: this machine is slow or busy.");
  return 0;
}

function explain(screen: Screen, error: unknown): void {
  if (error instanceof Interrupted) return;
  screen.say("");
  if (error instanceof Failed) {
    error.lines.forEach((line) => screen.say(`  ${line}`));
    screen.say(`FAILED: ${error.message}. ${error.remedy}`);
  } else screen.say(`FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

/** Ends the load, takes the stack and its directory away. False where something is left. */
async function cleanUp({ engine, load, upstream }: Story, keepSnapshots: boolean): Promise<boolean> {
  const { screen, stack } = engine;
  screen.step("Cleaning up: the stack is destroyed.");
  const idle = screen.busy(() => "pulumi destroy");
  // They outlive a destroy, but not the directory of the demo.
  const snapshots = await readdir(path.join(stack.gateway, "snapshots")).catch(() => []);
  try {
    await load?.stop().catch(() => undefined);
    if (keepSnapshots) {
      const { code, output } = await stack.destroy();
      if (code !== 0) throw new Error(output);
    } else await stack.remove();
    idle();
    screen.say(`destroyed${snapshotsText(path.join(stack.gateway, "snapshots"), snapshots, keepSnapshots)}`);
    return true;
  } catch (error) {
    idle();
    lastLines(error instanceof Error ? error.message : String(error)).forEach((line) =>
      screen.say(`  ${line}`),
    );
    screen.say(
      `FAILED: not all of it could be taken away. What is left lies in ${stack.directory}. By hand:`,
    );
    screen.say(
      `PULUMI_BACKEND_URL=file://${stack.directory}/state PULUMI_CONFIG_PASSPHRASE=${passphrase} npx pulumi destroy --yes --stack ${stack.name}`,
    );
    return false;
  } finally {
    await upstream.close();
  }
}

function snapshotsText(directory: string, snapshots: string[], kept: boolean): string {
  if (kept) return `; the snapshots of the databases are in ${directory}`;
  if (snapshots.length === 0) return "";
  return `; the snapshots that lay in ${directory} went with it (--keep-snapshots keeps them)`;
}

async function main(): Promise<number> {
  try {
    return await demo(readOptions());
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

void main().then((code) => process.exit(code));
