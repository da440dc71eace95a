import type { SlotName } from "../../../products/release";
import { drainServers } from "../drain";
import { requestsInFlight } from "../haproxy/runtime";
import { slotOfServer } from "../haproxy/weights";
import { json, text } from "../../command-input";

/** Waits until the slots without weight answer no request any more. */
export async function wait(): Promise<{ drained: SlotName[] }> {
  const directory = text("directory");
  const slots = json<SlotName[]>("slots");
  const servers = Object.keys(await requestsInFlight(directory)).filter((name) => {
    const slot = slotOfServer(name);
    return slot && slots.includes(slot);
  });
  await drainServers(directory, servers, json<number>("drainLimit"));
  return { drained: slots };
}
