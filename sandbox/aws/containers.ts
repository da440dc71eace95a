import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import path from "node:path";
import { pullImage } from "./containers/image";
import { eachLine } from "./containers/lines";
import { endWithUs } from "./end-with-us";

export interface ContainerOptions {
  /** A name with a tag. The sandbox has `postgres` (its client programs), `kong` and `kong-gateway` (the twin), of any registry. */
  image: string;
  /** The image's own when it is not given or empty. */
  command?: string[];
  /** All of its environment, beside PATH, HOME and LANG. */
  environment: Record<string, string>;
  /** A loopback address of its own: what it listens to on 0.0.0.0 listens there. */
  ip: string;
  /** Called for each line of its output, stdout and stderr in the order in which they were written. */
  onLine: (line: string) => void;
}

/** A command of an image, run as a process. */
export interface Container {
  ip: string;
  /** Settles once it is gone and its last line was handed over; 128 and the signal's number when one ended it. */
  ended: Promise<{ exitCode: number; reason: string }>;
  /** Asks it to end, kills it after so many seconds, and resolves when it is gone. */
  stop(seconds: number): Promise<void>;
}

// The command takes the shell's place, as with the images' own entry points: a program that is not there is exit code 127
// and a line that says so. One pipe for both outputs keeps their order.
const entryPoint = ["-c", 'exec "$@" 2>&1', "docker-entrypoint.sh"];

/** Starts a container; resolves when its process runs. Rejects with a `CannotPullContainerError` for an unknown image. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { ip, onLine } = options;
  const image = pullImage(options.image);
  const command = options.command?.length ? options.command : image.command;
  const directory = await mkdtemp(path.join(tmpdir(), "container-"));
  const child = spawn("/bin/sh", [...entryPoint, ...image.entryPoint(command)], {
    cwd: directory,
    env: {
      ...image.environment(options.environment, { ip, directory }),
      PATH: [...image.programs, process.env.PATH].join(path.delimiter),
      HOME: directory,
      LANG: "C.UTF-8",
    },
    // A group of its own: all of it goes with its first process, as a container does.
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  eachLine(child.stdout, onLine);
  const killAll = () => killGroup(child.pid);
  const ended = new Promise<{ exitCode: number; reason: string }>((resolve) => {
    child.once("exit", killAll);
    // Not its exit: its output may still be on the way then.
    child.once("close", (code, signal) => {
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      const told = () => resolve({ exitCode, reason: "Essential container in task exited" });
      rm(directory, { recursive: true, force: true }).then(told, told);
    });
  });
  endWithUs(child, killAll);
  await once(child, "spawn");
  return {
    ip,
    ended,
    async stop(seconds) {
      child.kill(image.stopSignal);
      const timer = setTimeout(killAll, seconds * 1_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
