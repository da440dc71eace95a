import { type Load, startLoad } from "../../sandbox/load/start";
import type { Ledger } from "../../sandbox/load/ledger";
import { startUpstream } from "../../sandbox/upstream";
import { configureGateway } from "../demo/configuration";
import { newStack, type Ran, type StackConfig } from "../stack";
import type { Traced } from "./trace";

const blue: StackConfig = { blue: { version: "3.9.1" } };
const upgraded: StackConfig = { ...blue, green: { version: "3.10.0" }, traffic: { green: 100 } };

export interface BenchGateway {
  /** The upgrade, for a rollback to take back. */
  upgrade: () => Promise<void>;
  /** A preview of the upgrade, from the command's start to its end. */
  preview: (environment?: Record<string, string>) => Promise<Traced>;
  /** The revert of the upgrade, from the command's start to green's last answer. */
  rollback: (environment?: Record<string, string>) => Promise<Traced>;
  remove: () => Promise<void>;
}

/** A gateway with blue alone, as the demo makes it. */
export async function makeGateway(): Promise<BenchGateway> {
  const stack = await newStack("bench");
  const upstream = await startUpstream();
  const remove = async () => {
    await stack.remove();
    await upstream.close();
  };

  const run = async (config: StackConfig, command: string[], environment: Record<string, string> = {}) => {
    await stack.configure(config);
    const untraced = stack.environment;
    stack.environment = { ...untraced, ...environment };
    const startedAt = Date.now();
    const ran = await stack.start([...command, "--suppress-progress"]).ended;
    stack.environment = untraced;
    check(ran, command);
    return { startedAt, endedAt: Date.now() };
  };
  const up = (config: StackConfig, environment?: Record<string, string>) =>
    run(config, ["up", "--yes", "--skip-preview"], environment);

  try {
    await up(blue);
    const { url, adminUrl } = (await stack.outputs()) as { url: string; adminUrl: string };
    const { paths, key } = await configureGateway(adminUrl, upstream.port);
    const underLoad = async (act: () => Promise<Traced>) => {
      const load = await startLoad({ ...light, url, paths, headers: { apikey: key } });
      try {
        const { startedAt } = await act();
        return { startedAt, endedAt: lastAnswerOfGreen(await load.stop(), startedAt) };
      } finally {
        await end(load);
      }
    };
    return {
      upgrade: async () => void (await up(upgraded)),
      preview: (environment) => run(upgraded, ["preview"], environment),
      rollback: (environment) => underLoad(() => up(blue, environment)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Enough to tell green's last answer to some milliseconds, too little to be in the way of what is measured. */
const light = { ratePerSecond: 100, maxSeconds: 600 };

async function end(load: Load): Promise<void> {
  await load.stop().catch(() => undefined);
}

function lastAnswerOfGreen({ slots, lost }: Ledger, since: number): number {
  if (lost > 0) throw new Error(`${lost} requests were lost in a rollback: its time says nothing`);
  const last = slots.find(({ slot }) => slot === "green")?.lastAnsweredAt ?? 0;
  if (last < since) throw new Error("green answered nothing after the start of the rollback");
  return last;
}

function check({ code, output }: Ran, command: string[]): void {
  if (code !== 0) throw new Error(`pulumi ${command[0]} failed with exit code ${code}:\n${output}`);
}
