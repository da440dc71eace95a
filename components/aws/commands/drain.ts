import type { SlotName } from "../../../products/release";
import { json } from "../../command-input";
import type { Clients } from "../clients";
import { findBalancer, groupsOf, slotOfGroup, type SplitPlace } from "../live/weights";
import { untilConnectionsHadTime } from "./drain-connections";
import { untilNoRequest } from "./drain-requests";
import { common } from "./inputs";

async function balancerOf(clients: Clients, place: SplitPlace): Promise<string | undefined> {
  if (place.listener === undefined) return (await findBalancer(clients, place.gateway))?.LoadBalancerArn;
  // arn:...:listener/app/NAME/ID/LISTENER
  return place.listener.replace(":listener/", ":loadbalancer/").replace(/\/[^/]+$/, "");
}

/**
 * Waits until the slots without weight have drained, as far as AWS tells: an application balancer counts requests by
 * target group, a network balancer counts connections as a whole.
 */
export async function wait(): Promise<{ drained: SlotName[] }> {
  const { clients, names } = common();
  const [place, slots] = [json<SplitPlace>("split"), json<SlotName[]>("slots")];
  const groups = json<Partial<Record<SlotName, string>>>("groups");
  const [delay, period, limit] = [
    json<number>("deregistrationDelay"),
    json<number>("period"),
    json<number>("drainLimit"),
  ];
  const balancer = await balancerOf(clients, place);
  if (balancer === undefined || slots.length === 0) return { drained: slots };
  if (place.type === "network") {
    await untilConnectionsHadTime(clients, { balancer, slots, delay, period });
    return { drained: slots };
  }
  const end = Date.now() + limit * 1_000;
  for (const slot of slots) {
    // A slot that leaves is in no config any more; its nodes are there until all of this has ended.
    for (const group of await groupsOf(clients, (arn) => slotOfGroup(arn, names, groups) === slot)) {
      await untilNoRequest(clients, { slot, group, balancer, delay, period, limit, end });
    }
  }
  return { drained: slots };
}
