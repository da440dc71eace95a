import { run } from "./run-program";

/**
 * Whether this process runs and is the one that was started: its command line names what we gave it. A pid alone may
 * be somebody else's by now.
 */
export async function isAlive(pid: number, commandLineHas: string): Promise<boolean> {
  const { stdout, exitCode } = await run("ps", ["-o", "stat=,args=", "-ww", "-p", String(pid)]);
  return exitCode === 0 && !stdout.trimStart().startsWith("Z") && stdout.includes(commandLineHas);
}
