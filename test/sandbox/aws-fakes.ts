import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../sandbox/aws/emulator";

/** An emulator whose databases, containers and balancer are not there: only what AWS answers matters. */
export async function startEmptyEmulator(): Promise<{
  emulator: Emulator;
  directory: string;
  stop: () => Promise<void>;
}> {
  const directory = await mkdtemp(path.join(tmpdir(), "aws-provider-"));
  const emulator = await startEmulator(directory, nothingBehind());
  const stop = async () => {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { emulator, directory, stop };
}

/** Containers of an image called "absent" do not start; all others run until they are stopped. */
function nothingBehind(): EmulatorOptions {
  const endpoint = { host: "127.0.0.1", port: 5432 };
  const nothing = () => Promise.resolve();
  let targets: { arn: string; id: string; port: number }[] = [];
  return {
    databases: {
      create: () => Promise.resolve(endpoint),
      restore: () => Promise.resolve(endpoint),
      ...{ snapshot: nothing, dropSnapshot: nothing, setPassword: nothing, drop: nothing, stop: nothing },
    },
    balancer: {
      configure: (_, groups) => {
        targets = groups.flatMap(({ arn, targets }) => targets.map((target) => ({ arn, ...target })));
        return Promise.resolve();
      },
      health: (group) =>
        targets.filter(({ arn }) => arn === group).map(({ id, port }) => ({ id, port, state: "healthy" })),
      ...{ requests: () => [], flows: () => [], stop: nothing },
    },
    startContainer: ({ image, ip }) => {
      if (image === "absent") return Promise.reject(new Error("CannotPullContainerError: no such image"));
      let end: (ending: { exitCode: number; reason: string }) => void = () => {};
      const ended = new Promise<{ exitCode: number; reason: string }>((resolve) => (end = resolve));
      const stop = () => {
        end({ exitCode: 143, reason: "" });
        return nothing();
      };
      return Promise.resolve({ ip, ended, stop });
    },
  };
}
