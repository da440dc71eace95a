import { json } from "../../command-input";
import type { WantedWay } from "../admin-way";
import {
  adminGroupBeside,
  type AdminPlace,
  closeWay,
  findWay,
  removeWay,
  setWay,
  splitGroups,
} from "../live/admin-way";
import type { SplitPlace } from "../live/weights";
import { ownTags } from "../names";
import { common } from "./inputs";

/** Closes the way to the Admin API for everything but reads, before the configuration is copied. */
export async function close(): Promise<{ closed: true }> {
  const { clients, names } = common();
  await closeWay(clients, names, json<AdminPlace>("admin"));
  return { closed: true };
}

/**
 * Opens it on the slot that serves: the upgrade was taken back, or its older slot retired. Where nothing is led anywhere,
 * the gateway goes, or another one serves.
 */
export async function open(): Promise<void> {
  const { clients, names } = common();
  const place = json<AdminPlace>("admin");
  const way = await findWay(clients, names, place);
  if (!way) return;
  const { serving } = await splitGroups(clients, names, json<SplitPlace>("split"));
  const groups = await Promise.all(serving.map((traffic) => adminGroupBeside(clients, traffic)));
  const group = groups.includes(way.group) ? way.group : groups[0];
  if (group !== undefined) await setWay(clients, names, place, { group, isOpen: true }, {});
}

/**
 * Sets it as the weights demand, those that are live: a command that outlived its update must open nothing that another
 * one has closed since.
 */
export async function setAsWanted(): Promise<void> {
  const { clients, names } = common();
  const [place, wanted] = [json<AdminPlace>("admin"), json<WantedWay>("wanted")];
  const { bySlot, serving } = await splitGroups(clients, names, json<SplitPlace>("split"));
  const traffic = bySlot[wanted.slot];
  const group = traffic && (await adminGroupBeside(clients, traffic));
  // The Admin API of a gateway that is somebody else's is not reached here.
  if (group === undefined) return removeWay(clients, names, place);
  if (wanted.needsAll && serving.join() !== traffic) {
    throw new Error(
      `${wanted.slot} has not all the traffic, so its Admin API is not opened. Run pulumi up again: it writes the weights first.`,
    );
  }
  const tags = ownTags(names.gateway, json<Record<string, string>>("tags"));
  await setWay(clients, names, place, { group, isOpen: wanted.isOpen }, tags);
}
