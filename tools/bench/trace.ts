import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A line that `trace-process.cjs` wrote. Times are epoch milliseconds. */
interface Mark {
  pid: number;
  what: "start" | "load" | "call" | "end";
  name: string;
  from: number;
  to: number;
}

/** A part of a command: its name and its seconds. */
export interface Part {
  name: string;
  seconds: number;
}

export interface Traced {
  /** When the command was started and when what it was measured for was reached; epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

const hook = path.join(__dirname, "trace-process.cjs");

/** Runs a command with every Node process below it traced. Gives its parts, in order; together they are the whole. */
export async function trace(
  command: (environment: Record<string, string>) => Promise<Traced>,
): Promise<Part[]> {
  const directory = await mkdtemp(path.join(tmpdir(), "bench-trace-"));
  try {
    const traced = await command({ BENCH_TRACE: directory, NODE_OPTIONS: `--require ${hook}` });
    const files = await readdir(directory);
    const texts = await Promise.all(files.map((file) => readFile(path.join(directory, file), "utf8")));
    const marks = texts.flatMap((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Mark),
    );
    return partsOf(traced, marks);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The moments that part a command, in order; those that it does not have are left out. */
function partsOf({ startedAt, endedAt }: Traced, marks: Mark[]): Part[] {
  const program = marks.find(({ what, name }) => what === "start" && name.includes("pulumi/cmd/run"));
  const own = marks.filter(({ pid }) => pid === program?.pid);
  const load = (wanted: RegExp) => own.find(({ what, name }) => what === "load" && wanted.test(name));
  const calls = own.filter(({ what }) => what === "call");
  const call = (wanted: RegExp) => calls.filter(({ name }) => wanted.test(name));
  const first = (found: Mark[]) => Math.min(...found.map(({ from }) => from));
  const last = (found: Mark[]) => Math.max(...found.map(({ to }) => to));
  const component = call(/RegisterResource gateway:index:BlueGreenGateway/);
  const weights = marks.find(({ what, name }) => what === "start" && name.endsWith("weights write"));
  const registered = call(/RegisterResource/);

  const moments: [string, number | undefined][] = [
    ["engine and language host, until the program's process starts", program?.from],
    ["Node and the SDK, until the program's own files are loaded", load(/ \.\/stacks\/local$/)?.from],
    ["the program's own files and their libraries", load(/ \.\/stacks\/local$/)?.to],
    ["the last release (a stack reference)", finite(last(call(/ReadResource/)))],
    ["the live weights, the rules", finite(first(component))],
    [
      component.length === 0
        ? "Node, the SDK and the program"
        : weights
          ? "registering resources, until the weights' command starts"
          : "registering resources",
      weights?.from ?? finite(last(registered)),
    ],
    [weights ? "the weights' command, until green's last answer" : "until the engine has ended", endedAt],
  ];
  let before = startedAt;
  return moments.flatMap(([name, at]) => {
    if (at === undefined) return [];
    const seconds = (at - before) / 1_000;
    before = at;
    return [{ name, seconds }];
  });
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
