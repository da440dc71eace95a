// How long a preview of the upgrade and a rollback take, beside an empty Pulumi program: what the engine itself costs is
// in both, so the ratio tells what this project adds, on whatever machine.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type EmptyProgram, makeEmptyProgram } from "./bench/empty-program";
import { median, spread } from "./bench/figures";
import { type BenchGateway, makeGateway } from "./bench/gateway";
import { type Part, trace, type Traced } from "./bench/trace";

/** Times the empty program that each of the two should take at most. */
const aim = 1.5;

interface Run {
  empty: number;
  preview: number;
  rollback: number;
}

const secondsOf = ({ startedAt, endedAt }: Traced) => (endedAt - startedAt) / 1_000;

/** One of each, in turn: whatever else the machine does meanwhile slows all of them. */
async function measure(empty: EmptyProgram, gateway: BenchGateway): Promise<Run> {
  const before = await empty.up();
  const preview = secondsOf(await gateway.preview());
  await gateway.upgrade();
  const between = await empty.up();
  const rollback = secondsOf(await gateway.rollback());
  return { empty: (before + between) / 2, preview, rollback };
}

async function traceEach(empty: EmptyProgram, gateway: BenchGateway): Promise<Record<string, Part[]>> {
  const emptyParts = await trace(async (environment) => {
    const startedAt = Date.now();
    await empty.up(environment);
    return { startedAt, endedAt: Date.now() };
  });
  const previewParts = await trace((environment) => gateway.preview(environment));
  await gateway.upgrade();
  const rollbackParts = await trace((environment) => gateway.rollback(environment));
  return { "empty program": emptyParts, "preview of the upgrade": previewParts, rollback: rollbackParts };
}

function printParts(title: string, parts: Part[]): void {
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`\n${title}, ${total.toFixed(2)} s`);
  for (const { name, seconds } of parts) console.log(`  ${seconds.toFixed(2).padStart(6)} s  ${name}`);
}

function printFigures(runs: Run[]): void {
  const row = (name: string, seconds: number[], ratios?: number[]) =>
    console.log(`${name.padEnd(44)}${spread(seconds).padEnd(24)}${ratios ? spread(ratios) : ""}`.trimEnd());
  console.log(
    `\n${"median (least-greatest) of " + runs.length}`.padEnd(45) +
      "seconds".padEnd(24) +
      "times the empty program",
  );
  row(
    "empty program, pulumi up",
    runs.map(({ empty }) => empty),
  );
  row(
    "preview of the upgrade",
    runs.map(({ preview }) => preview),
    runs.map(({ preview, empty }) => preview / empty),
  );
  row(
    "rollback, to green's last answer",
    runs.map(({ rollback }) => rollback),
    runs.map(({ rollback, empty }) => rollback / empty),
  );
  for (const name of ["preview", "rollback"] as const) {
    const ratio = median(runs.map((run) => run[name] / run.empty));
    if (ratio > aim)
      console.log(`The ${name} is above the aim of ${aim}; the parts below say where the rest goes.`);
  }
}

async function bench(count: number): Promise<void> {
  const load = () => loadavg()[0]?.toFixed(1);
  console.log(
    `${cpus().length} cores, load ${load()} at the start. A rollback is measured by a load of 100 requests a second.`,
  );
  const empty = await makeEmptyProgram();
  try {
    const gateway = await makeGateway();
    try {
      const runs: Run[] = [];
      for (let index = 1; index <= count; index++) {
        const run = await measure(empty, gateway);
        runs.push(run);
        const shown = Object.entries(run).map(
          ([name, seconds]) => `${name} ${(seconds as number).toFixed(2)} s`,
        );
        console.log(`run ${index} of ${count}: ${shown.join(", ")}  (load ${load()})`);
      }
      printFigures(runs);
      const parts = await traceEach(empty, gateway);
      console.log("\nWhere it goes, each traced once (which takes a little longer):");
      for (const [title, list] of Object.entries(parts)) printParts(title, list);
    } finally {
      await gateway.remove();
    }
  } finally {
    await empty.remove();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "5" } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error("npm run bench -- --runs N: a whole number from 1 on");
  await bench(runs);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
