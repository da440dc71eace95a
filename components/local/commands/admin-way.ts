import type { SlotName } from "../../../products/release";
import { setAdminWay } from "../haproxy/admin-way";
import { balancerExists, ensureRunning } from "../haproxy/process";
import { liveServers } from "../haproxy/runtime";
import { slotWeights } from "../haproxy/weights";
import { withLock } from "../lock";
import { json, text } from "./input";

function change<T>(purpose: string, act: (directory: string) => Promise<T>): Promise<T> {
  const directory = text("directory");
  return withLock({ directory, piece: "weights", purpose, limit: json("lockLimit") }, async () => {
    await ensureRunning(directory);
    return act(directory);
  });
}

const why = (newer: string, older: string) =>
  `An upgrade is under way: configuration written now would be lost. Give ${newer} all weight, which makes its ` +
  `Admin API the one to use, or take ${newer} out, which opens that of ${older} again.`;

/** Closes the way to the Admin API for everything but reads, before the configuration is copied. */
export function close(): Promise<{ closed: true }> {
  const [older, newer] = [text("older") as SlotName, text("newer") as SlotName];
  return change("closing the Admin API", async (directory) => {
    await setAdminWay(directory, { slot: older, closed: why(newer, older) });
    return { closed: true as const };
  });
}

/** Opens it on the slot that serves: the upgrade was taken back, or its older slot retired. */
export function open(): Promise<void> {
  const directory = text("directory");
  if (!balancerExists(directory)) return Promise.resolve();
  return change("opening the Admin API", async () => {
    const weights = slotWeights(await liveServers(directory));
    await setAdminWay(directory, { slot: weights.green > weights.blue ? "green" : "blue" });
  });
}

/**
 * Sets it as the weights demand: open on the slot that is alone, or on the newer one once it has all weight; closed
 * while two slots share the traffic, and after traffic went back to the older one.
 */
export function set(): Promise<{ holder: string }> {
  const holder = text("holder");
  const [older, newer] = [text("older") as SlotName, text("newer")];
  const opens = newer === "" || holder === newer;
  return change("setting the way to the Admin API", async (directory) => {
    await setAdminWay(
      directory,
      opens ? { slot: holder as SlotName } : { slot: older, closed: why(newer, older) },
    );
    return { holder };
  });
}
