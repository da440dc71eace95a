import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import lockfile from "proper-lockfile";

const version = "5.2.5";

/** The AWS of memory that keeps the records behind the proxy. */
export interface MotoServer {
  url: string;
  stop(): Promise<void>;
}

/** Where the set-up of this project keeps what is the user's and not the checkout's. */
function userCache(): string {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  const inHome = process.platform === "darwin" ? ["Library", "Caches"] : [".cache"];
  return path.join(os.homedir(), ...inHome);
}

/** Installs moto once for this user and gives its program. Throws an error that says what is missing. */
export async function installMoto(): Promise<string> {
  const place = path.join(userCache(), "gateway-upgrade", `moto-${version}`);
  const mark = path.join(place, "installed");
  const program = path.join(place, "bin", "moto_server");
  if (existsSync(mark)) return program;
  await mkdir(path.dirname(place), { recursive: true });
  // Test files run side by side: the first one installs, the others find it done.
  const retries = { retries: 600, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 };
  const release = await lockfile.lock(place, { realpath: false, stale: 20_000, update: 5_000, retries });
  try {
    if (!existsSync(mark)) {
      await install(place);
      await writeFile(mark, version);
    }
  } finally {
    await release();
  }
  return program;
}

async function install(place: string): Promise<void> {
  console.error(`AWS emulator: installing moto ${version} once, about a minute and 320 MB, in ${place}`);
  await rm(place, { recursive: true, force: true });
  const run = promisify(execFile);
  await run("python3", ["-m", "venv", place]).catch((error: unknown) => {
    throw new Error(
      "the AWS emulator needs Python with venv: install python3 and python3-venv (Debian: apt-get install " +
        `python3-venv), then run this again. python3 -m venv said: ${said(error)}`,
    );
  });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `moto[server]==${version}`];
  await run(path.join(place, "bin", "python"), pip).catch((error: unknown) => {
    throw new Error(`moto ${version} cannot be installed from PyPI: ${said(error)}`);
  });
}

function said(error: unknown): string {
  const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
  const output = `${stdout ?? ""}${stderr ?? ""}`.trim();
  return (output || message).split("\n").slice(-5).join("\n");
}

/** Starts moto on a free loopback port; settles when it answers, throws with its output when it does not in 60 s. */
export async function startMoto(): Promise<MotoServer> {
  const program = await installMoto();
  const port = await freePort();
  const child = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LANG: "C.UTF-8",
    },
  });
  // A run that is broken off takes its server along.
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output = `${output}${text}`.slice(-4_000)));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    process.off("exit", end);
    child.kill("SIGKILL");
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const limit = Date.now() + 60_000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > limit) {
      await stop();
      throw new Error(`moto does not start: ${output.trim()}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/moto-api/data.json`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
