import { execFile } from "node:child_process";
import { lastLines } from "../last-lines";

/** How a program ended. Its output is for messages; it holds no secret, since none is ever an argument. */
export interface Outcome {
  exitCode: number;
  output: string;
  stdout: string;
}

export interface RunOptions {
  environment?: Record<string, string>;
  /** Runs it as this user and group: PostgreSQL refuses to run as root. */
  as?: { uid: number; gid: number };
  cwd?: string;
  /** In seconds; it is ended then and counts as failed. */
  limit?: number;
}

/**
 * The environment for programs: ours without what is Pulumi's (its passphrase among it) and our own inputs, so that
 * a daemon started here keeps neither.
 */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(PULUMI_|GATEWAY_)/.test(name) ? [] : [[name, value]],
    ),
  );
}

/** Runs a program without a shell and waits for it. Throws only when it cannot be started. */
export function run(file: string, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const { environment, as, cwd, limit = 0 } = options;
  return new Promise((resolve, reject) => {
    const settings = {
      env: { ...inherited(), ...environment },
      cwd,
      ...as,
      timeout: limit * 1_000,
      maxBuffer: 64 * 1024 * 1024,
    };
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (!error) return resolve({ exitCode: 0, output, stdout });
      if (typeof error.code === "number") return resolve({ exitCode: error.code, output, stdout });
      if (error.signal) {
        const why = error.killed
          ? `${file} was ended after ${limit} s`
          : `${file} was ended by ${error.signal}`;
        return resolve({ exitCode: 128, output: `${output}\n${why}`, stdout });
      }
      reject(new Error(`${file} cannot be started: ${error.message}`));
    });
    child.stdin?.end();
  });
}

/** As `run`, and a failure is an error with the last lines that the program printed. */
export async function mustRun(file: string, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await run(file, args, options);
  if (outcome.exitCode === 0) return outcome;
  throw new Error(`${file} ${args[0] ?? ""} exited with ${outcome.exitCode}: ${lastLines(outcome.output)}`);
}
