import childProcess from "node:child_process";

type Functions = Record<string, (...args: unknown[]) => unknown>;

/**
 * Lets every start of a command throw from now on, in whichever module: one that were swallowed is counted all the same.
 * Gives back how many there were, and puts everything back.
 */
export function forbidCommands(): { count: () => number; restore: () => void } {
  const all = childProcess as unknown as Functions;
  const names = ["spawn", "exec", "execFile", "fork", "spawnSync", "execSync", "execFileSync"];
  const real = names.map((name) => [name, all[name]] as const);
  let count = 0;
  for (const name of names) {
    all[name] = () => {
      count++;
      throw new Error("a command was run");
    };
  }
  return {
    count: () => count,
    restore: () => real.forEach(([name, each]) => (all[name] = each as Functions[string])),
  };
}
