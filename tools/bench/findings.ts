// How long the findings of a thousand gateways take, beside reading their configs alone: what the rules add to it.
import { parseArgs } from "node:util";
import { readConfig } from "../../stacks/config/read";
import { placeOf } from "../../stacks/local-place";
import { check } from "../check/check";
import { median, spread } from "./figures";
import { makeGateways, type ReviewedGateway } from "./gateways";

function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1_000;
}

function readAll(gateways: ReviewedGateway[]): void {
  for (const { raw } of gateways) readConfig(raw, placeOf("bench"));
}

function checkAll(gateways: ReviewedGateway[]) {
  return gateways.map(({ raw, record }) => check("bench", { raw, encrypted: [] }, { last: { record } }));
}

function bench(count: number, rounds: number): void {
  const gateways = makeGateways(count);
  const outcomes = checkAll(gateways);
  const withErrors = outcomes.filter(({ findings }) => findings.some(({ severity }) => severity === "error"));
  const found = outcomes.reduce((sum, { findings }) => sum + findings.length, 0);
  console.log(
    `${count} gateways, ${gateways.filter(({ record }) => record).length} of them with a last release: ` +
      `${found} findings, errors in ${withErrors.length}.`,
  );
  // In turn: whatever else the machine does meanwhile slows both.
  const runs = Array.from({ length: rounds }, () => ({
    read: secondsOf(() => readAll(gateways)),
    all: secondsOf(() => checkAll(gateways)),
  }));
  const reads = runs.map(({ read }) => read);
  const all = runs.map(({ all: each }) => each);
  console.log(`${`median (least-greatest) of ${rounds}`.padEnd(36)}seconds`);
  console.log(`${"reading their configs".padEnd(36)}${spread(reads, 3)}`);
  console.log(`${"reading them, and all findings".padEnd(36)}${spread(all, 3)}`);
  console.log(`${"a gateway".padEnd(36)}${((median(all) / count) * 1_000).toFixed(3)} ms`);
  const ratios = runs.map(({ read, all: each }) => each / read);
  console.log(`${"times the reading alone".padEnd(36)}${spread(ratios)}`);
}

function main(): void {
  const { values } = parseArgs({
    options: { gateways: { type: "string", default: "1000" }, rounds: { type: "string", default: "9" } },
  });
  const [gateways, rounds] = [Number(values.gateways), Number(values.rounds)];
  if (![gateways, rounds].every((each) => Number.isInteger(each) && each >= 1)) {
    throw new Error("npm run bench:findings -- [--gateways N] [--rounds N]: whole numbers from 1 on");
  }
  bench(gateways, rounds);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
