import { randomUUID } from "node:crypto";
import type { TrafficReport } from "../../../products/record";
import type { Release, SlotName } from "../../../products/release";
import { checkOptions } from "../haproxy/config";
import { ensureRunning, keepLiveServers } from "../haproxy/process";
import { backend, type LiveServer, liveServers, tell } from "../haproxy/runtime";
import { type Addresses, isAsWanted, type WantedServer, wantedServers } from "../haproxy/weights";
import { withLock } from "../lock";
import { waitUntil } from "../../wait-until";
import { json, text } from "../../command-input";

const lock = (purpose: string) => ({
  directory: text("directory"),
  piece: "weights",
  purpose,
  limit: json<number>("lockLimit"),
});

/** Adds what is missing, at weight 0. Never removes: a node that goes takes its own server with it. */
async function addServers(directory: string, live: LiveServer[], wanted: WantedServer[]): Promise<void> {
  for (const { name, address, checkPort } of wanted) {
    const server = `${backend}/${name}`;
    const present = live.find((other) => other.name === name);
    if (present && (present.address !== address || present.checkPort !== checkPort)) {
      throw new Error(
        `the balancer has ${name} at ${present.address}, not at ${address}, and never moves a server`,
      );
    }
    const add = [
      `add server ${server} ${address} ${checkOptions(checkPort)} weight 0`,
      `enable health ${server}`,
    ];
    if (!present) await tell(directory, add);
    if (!present || present.maintenance) await tell(directory, [`enable server ${server}`]);
  }
}

/** A slot gets traffic only once every one of its nodes passes the balancer's own health check. */
async function waitUntilUp(directory: string, wanted: WantedServer[], limit: number): Promise<void> {
  const needed = new Set(wanted.filter(({ weight }) => weight > 0).map(({ name }) => name));
  let down: string[] = [];
  const isUp = async () => {
    const live = await liveServers(directory);
    down = live.filter(({ name, up }) => needed.has(name) && !up).map(({ name }) => name);
    return down.length === 0;
  };
  await waitUntil(
    isUp,
    { limit, every: 100 },
    () =>
      `the balancer's health check of ${down.join(", ")} does not pass after ${limit} s; the weights are those of before. ` +
      `See why the node is not ready; gateway:timeouts.weights sets the limit.`,
  );
}

/**
 * Makes the balancer's weights those of the release. Weights rise before others fall, so that somebody always serves.
 * What it prints is the record of the release: it says what the balancer was told, and when.
 */
export function write(): Promise<TrafficReport> {
  const directory = text("directory");
  return withLock(lock("writing the weights"), async () => {
    await ensureRunning(directory);
    const release = json<Release>("release");
    const wanted = wantedServers(release, json<Addresses>("addresses"));
    await addServers(directory, await liveServers(directory), wanted);
    await waitUntilUp(directory, wanted, json<number>("weightsLimit"));
    const before = new Map((await liveServers(directory)).map(({ name, weight }) => [name, weight]));
    const target = new Map(wanted.map(({ name, weight }) => [name, weight]));
    const changes = [...before.keys()]
      .map((name) => ({ name, from: before.get(name) ?? 0, to: target.get(name) ?? 0 }))
      .filter(({ from, to }) => from !== to)
      .sort((a, b) => b.to - b.from - (a.to - a.from));
    await setAdminApis(directory, json<Partial<Record<SlotName, string>>>("adminApis"));
    await tell(
      directory,
      changes.map(({ name, to }) => `set weight ${backend}/${name} ${to}`),
    );
    const after = await liveServers(directory);
    if (!isAsWanted(after, wanted))
      throw new Error(`the balancer took the weights, yet has others: ${JSON.stringify(after)}`);
    await keepLiveServers(directory);
    return { mark: randomUUID(), at: new Date().toISOString(), release };
  });
}

async function setAdminApis(directory: string, adminApis: Partial<Record<SlotName, string>>): Promise<void> {
  for (const [slot, address] of Object.entries(adminApis)) {
    const [host, port] = address.split(":");
    const server = `admin-api-${slot}/${slot}`;
    // HAProxy answers this one with what it changed, or that nothing did: neither is a complaint.
    await tell(directory, [`set server ${server} addr ${host} port ${port}`]).catch((error: unknown) => {
      if (!/no need to change|changed from/.test(String(error))) throw error;
    });
  }
}

/** Gives no slot any traffic: the end of a destroy, before the first node goes. */
export function zero(): Promise<void> {
  const directory = text("directory");
  return withLock(lock("taking all weights to 0"), async () => {
    await ensureRunning(directory);
    const live = await liveServers(directory);
    await tell(
      directory,
      live.map(({ name }) => `set weight ${backend}/${name} 0`),
    );
    await keepLiveServers(directory);
  });
}
