import path from "node:path";
import type { Emulator } from "../../sandbox/aws/emulator";
import type { Parameters } from "../../sandbox/aws/wire/call";
import { startEmptyEmulator } from "./aws-fakes";
import { Plugin } from "./aws-plugin";

/** The stand-in for the plugin, on an emulator with nothing behind it. */
export interface PluginOnEmulator {
  plugin: Plugin;
  emulator: Emulator;
  /** Read by the stand-in at each operation, once it is there. */
  faultsFile: string;
  /** What AWS was told by the last call of an action. */
  lastCall: (action: string) => Parameters;
  stop: () => Promise<void>;
}

/** Starts both, with these variables for the stand-in beside the emulator's. */
export async function startPluginOnEmulator(more: Record<string, string> = {}): Promise<PluginOnEmulator> {
  const { emulator, directory, stop } = await startEmptyEmulator();
  const faultsFile = path.join(directory, "faults.json");
  const environment = { ...emulator.environment, AWS_PROVIDER_FAULTS: faultsFile, ...more };
  const plugin = await Plugin.start(directory, environment);
  return {
    ...{ plugin, emulator, faultsFile },
    lastCall: (action) =>
      emulator
        .calls()
        .filter((call) => call.action === action)
        .at(-1)!.parameters,
    stop: async () => {
      await plugin.stop();
      await stop();
    },
  };
}
