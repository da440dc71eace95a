import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { SlotName } from "../../../products/release";
import { foundPrograms, type portsOf } from "../layout";
import { isAlive } from "../process";
import { mustRun } from "../run-program";
import { waitUntil } from "../../wait-until";
import { balancerConfig, balancerFiles } from "./config";
import { ask, type LiveServer, liveServers } from "./runtime";

/** What the balancer's config is made from beside its servers. Kept beside it, so that any later command can write it. */
export interface BalancerSettings {
  ports: ReturnType<typeof portsOf>;
  readyPath: string;
  adminApis: Record<SlotName, string>;
}

function settingsFile(directory: string): string {
  return `${balancerFiles(directory).config}.json`;
}

async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

export async function readSettings(directory: string): Promise<BalancerSettings> {
  return JSON.parse(await readFile(settingsFile(directory), "utf8")) as BalancerSettings;
}

/** Whether there is a balancer, running or not: then weights may not be guessed. */
export function balancerExists(directory: string): boolean {
  return existsSync(balancerFiles(directory).config);
}

async function pidOf(directory: string): Promise<number | undefined> {
  const text = await readFile(balancerFiles(directory).pid, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 && (await isAlive(pid, balancerFiles(directory).config))
    ? pid
    : undefined;
}

/** Writes the config with these servers: what a reload or a restart begins with. */
export async function keepServers(directory: string, servers: LiveServer[]): Promise<void> {
  const { ports, readyPath, adminApis } = await readSettings(directory);
  const config = balancerConfig(directory, ports, readyPath, servers, adminApis);
  await replaceFile(balancerFiles(directory).config, config);
}

/** As `keepServers`, with what the balancer has now. */
export async function keepLiveServers(directory: string): Promise<void> {
  await keepServers(directory, await liveServers(directory));
}

/** Makes the balancer's files and starts it with no server. Adopts one that runs already. */
export async function startBalancer(directory: string, settings: BalancerSettings): Promise<void> {
  const files = balancerFiles(directory);
  await mkdir(files.directory, { recursive: true });
  await chmod(files.directory, 0o700);
  await replaceFile(settingsFile(directory), JSON.stringify(settings));
  if (!balancerExists(directory)) {
    await replaceFile(files.adminWay, "slot blue\nclosed open\n");
    await keepServers(directory, []);
  }
  await ensureRunning(directory);
}

/** Starts a balancer that was made and does not run, after a reboot say, with the weights that it had. */
export async function ensureRunning(directory: string): Promise<void> {
  if (await pidOf(directory)) return;
  const files = balancerFiles(directory);
  const haproxy = foundPrograms().haproxy ?? "haproxy";
  await mustRun(haproxy, ["-W", "-D", "-p", files.pid, "-f", files.config]);
  const answers = () =>
    ask(directory, ["show info"]).then(
      () => true,
      () => false,
    );
  await waitUntil(
    answers,
    { limit: 10, every: 50 },
    () => "HAProxy was started but does not take commands on its socket",
  );
}

/** Stops it and takes its files away. */
export async function removeBalancer(directory: string): Promise<void> {
  const pid = await pidOf(directory);
  if (pid) {
    process.kill(pid, "SIGTERM");
    const ended = async () => !(await isAlive(pid, balancerFiles(directory).config));
    await waitUntil(ended, { limit: 15, every: 50 }, () => `HAProxy (process ${pid}) did not end`);
  }
  await rm(balancerFiles(directory).directory, { recursive: true, force: true });
}
