import { setTimeout as pause } from "node:timers/promises";
import type { Ran, Stack, StackConfig } from "../stack";
import type { Screen } from "./screen";

/** The demo was told to end: by Ctrl-C, or by whoever started it. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/** A failure that says what to do about it. */
export class Failed extends Error {
  constructor(
    message: string,
    /** The last lines of what failed. */
    readonly lines: string[],
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** A command of a resource that is done, as the engine reports it. */
const done = /^\s*([+~-]+)\s+command:local:Command (\S+) (?:created|updated|deleted|replaced) \(([\d.]+)s\)/;
const counted = /^\s+[+~-]+ ?(\d+ (?:created|updated|deleted|replaced))$/gm;

/** "+ green-1  2 s" for each command that is done; nothing for all else. */
export function progressLine(line: string): string | undefined {
  const [, sign, name, seconds] = done.exec(line) ?? [];
  return name === undefined
    ? undefined
    : `  ${sign} ${name.padEnd(34)} ${Number(seconds).toFixed(1).padStart(5)} s`;
}

/** "13 created, 3 updated" */
export function whatWasDone(output: string): string {
  const counts = [...output.matchAll(counted)].map(([, count]) => count);
  return counts.length > 0 ? counts.join(", ") : "nothing to do";
}

/** Calls `hear` with each whole line of a text that comes in pieces. */
export function byLine(hear: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(hear);
  };
}

export interface Engine {
  screen: Screen;
  stack: Stack;
  /** Aborted when the demo is to end early. */
  signal: AbortSignal;
  /** What the line of progress tells beside the time. */
  meanwhile: () => string;
  /** Who hears the lines of the command that runs. */
  hear: { line: (line: string) => void };
}

/** Runs a command of the engine to its end; an interruption is passed on to it, so that it ends in good order. */
async function runToEnd(
  { stack, signal, screen, meanwhile }: Engine,
  command: string[],
  isRefused = false,
): Promise<Ran> {
  signal.throwIfAborted();
  const running = stack.start([...command, "--suppress-progress"]);
  const pass = () => void running.process.kill("SIGINT");
  signal.addEventListener("abort", pass);
  const idle = screen.busy(() => [`pulumi ${command[0]}`, meanwhile()].filter(Boolean).join(", "));
  try {
    const ran = await running.ended;
    signal.throwIfAborted();
    if ((ran.code === 0) !== isRefused) return ran;
    throw new Failed(
      isRefused
        ? `pulumi ${command[0]} accepted what it should refuse`
        : `pulumi ${command[0]} failed with exit code ${ran.code}`,
      lastLines(ran.output),
      "Mend what it names and run the demo again; everything is made anew.",
    );
  } finally {
    idle();
    signal.removeEventListener("abort", pass);
  }
}

export function lastLines(output: string, count = 25): string[] {
  return output.trimEnd().split("\n").slice(-count);
}

/** `pulumi preview`, shown as it prints. */
export async function preview(engine: Engine): Promise<Ran> {
  engine.screen.say("$ pulumi preview");
  const ran = await runToEnd(engine, ["preview"]);
  engine.screen.say(ran.output.trim().replaceAll(/^/gm, "  "));
  engine.screen.say(`took ${ran.seconds.toFixed(1)} s`);
  return ran;
}

/** `pulumi preview` of what is unsafe: it must fail, and its findings are shown. */
export async function refusedPreview(engine: Engine): Promise<void> {
  engine.screen.say("$ pulumi preview");
  const ran = await runToEnd(engine, ["preview"], true);
  const lines = ran.output.split("\n");
  const from = lines.findLastIndex((line) => line.includes("This change is refused"));
  const end = lines.findIndex((line, index) => index > from && line.startsWith("Resources:"));
  const findings = lines.slice(from, end < 0 ? undefined : end).filter((line) => line.trim() !== "");
  // The first of them are enough to see how a refusal reads.
  const shown = findings.slice(0, 7);
  if (shown.length < findings.length) shown.push(`    ... and ${findings.length - shown.length} lines more`);
  engine.screen.say(shown.map((line) => `  ${line.replace(/^ {4}/, "")}`).join("\n"));
  engine.screen.say(`exit code ${ran.code}, after ${ran.seconds.toFixed(1)} s; nothing was touched`);
}

/** `pulumi up`, a line for each command that is done. Gives when it started, too: epoch milliseconds. */
export async function up(engine: Engine): Promise<Ran & { startedAt: number }> {
  const { screen, hear } = engine;
  screen.say("$ pulumi up");
  const startedAt = Date.now();
  hear.line = (line) => {
    const progress = progressLine(line);
    if (progress !== undefined) screen.say(progress);
  };
  try {
    const ran = await runToEnd(engine, ["up", "--yes", "--skip-preview"]);
    screen.say(`done in ${ran.seconds.toFixed(1)} s: ${whatWasDone(ran.output)}`);
    return { ...ran, startedAt };
  } finally {
    hear.line = () => undefined;
  }
}

/** { version: "3.10.0" }: a value as one writes it into a stack's config. */
function flow(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/"([a-z]+)":/gi, "$1: ")
    .replaceAll("{", "{ ")
    .replaceAll("}", " }")
    .replaceAll(",", ", ");
}

/** The change of config, as its pull request would show it. */
export function configDiff(before: StackConfig, after: StackConfig): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const line = (sign: string, key: string, value: unknown) =>
    value === undefined ? [] : [`${sign} gateway:${key}: ${flow(value)}`];
  return keys
    .filter((key) => flow(before[key] ?? null) !== flow(after[key] ?? null))
    .flatMap((key) => [...line("-", key, before[key]), ...line("+", key, after[key])]);
}

/** Waits, unless the demo is to end. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
