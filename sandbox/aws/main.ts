import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startEmulator } from "./emulator";

/** Runs the emulator in the foreground until SIGTERM or SIGINT. Its first line says where it is. */
async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "aws-emulator-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  const emulator = await startEmulator(directory).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  console.log(JSON.stringify({ url: emulator.url, environment: emulator.environment }));
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  await emulator.stop();
  await remove();
}

main().catch((error: unknown) => {
  console.error(`AWS emulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
