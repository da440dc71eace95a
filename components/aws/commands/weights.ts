import { randomUUID } from "node:crypto";
import type { TrafficReport } from "../../../products/record";
import type { Release, SlotName } from "../../../products/release";
import { waitUntil } from "../../wait-until";
import { hasInput, json } from "../../command-input";
import { groupShares, haveSameShares } from "../group-shares";
import { clearRule } from "../clear-way";
import type { Clients } from "../clients";
import { type AdminPlace, removeWay } from "../live/admin-way";
import {
  findSplit,
  type GroupWeights,
  type Split,
  type SplitPlace,
  targetHealth,
  writeWeights,
} from "../live/weights";
import { common } from "./inputs";
import { elb } from "../sdk";

/**
 * Reads the live weights once the provider has written its own, and writes them where they are others: the provider
 * writes only what its record says has changed. No target group gets weight without a healthy target. What it prints is
 * the record of the release.
 */
export async function write(): Promise<TrafficReport> {
  const { clients } = common();
  const [place, limit] = [json<SplitPlace>("split"), json<number>("weightsLimit")];
  const wanted = json<GroupWeights>("groups");
  const split = await theSplit(clients, place);
  if (!haveSameShares(split.weights, wanted)) {
    const rising = Object.entries(wanted).filter(([arn, weight]) => weight > (split.weights[arn] ?? 0));
    for (const [arn] of rising) await untilHealthy(clients, arn, limit);
    await writeWeights(clients, split, wanted);
    const after = await theSplit(clients, place);
    if (!haveSameShares(after.weights, wanted)) {
      throw new Error(`the balancer took the weights, yet has others: ${JSON.stringify(after.weights)}`);
    }
  }
  return { mark: randomUUID(), at: new Date().toISOString(), release: json<Release>("release") };
}

async function theSplit(clients: Clients, place: SplitPlace): Promise<Split> {
  const split = await findSplit(clients, place);
  if (!split) {
    const missing =
      place.type === "network"
        ? `no listener on port ${place.port}`
        : `no rule with priority ${place.priority}`;
    throw new Error(
      `nothing splits the traffic of ${place.gateway}: there is ${missing}. Somebody took it away: pulumi refresh takes it out ` +
        `of the state, and the next pulumi up makes it anew.`,
    );
  }
  return split;
}

async function untilHealthy(clients: Clients, group: string, limit: number): Promise<void> {
  let others: string[] = [];
  const isHealthy = async () => {
    const found = await targetHealth(clients, group);
    others = found.others;
    return found.healthy > 0;
  };
  await waitUntil(
    isHealthy,
    { limit, every: 1_000 },
    () =>
      `no target of ${group} is healthy after ${limit} s, so it gets no weight: ${others.join("; ") || "it has no targets"}`,
  );
}

/**
 * Takes a split away that a killed update left, at the end of a destroy and before the first slot goes: no state knows of
 * it, and it would hold its target groups for ever, whatever their weights.
 */
export async function zero(): Promise<void> {
  const { clients, names } = common();
  if (hasInput("admin")) await removeWay(clients, names, json<AdminPlace>("admin"));
  const place = json<SplitPlace>("split");
  const split = await findSplit(clients, place);
  if (!split) return;
  if (split.rule !== undefined) return clearRule({ clients, names }, split.listener, place.priority);
  const { DeleteListenerCommand } = elb();
  await clients.balancers().send(new DeleteListenerCommand({ ListenerArn: split.listener }));
}

/** Lets a slot's service go only once nothing gives it traffic. */
export async function release(): Promise<void> {
  const { clients } = common();
  const [group, limit] = [json<{ arn: string; slot: SlotName }>("group"), json<number>("guardLimit")];
  let weight = 0;
  const isFree = async () => {
    const split = await findSplit(clients, json<SplitPlace>("split"));
    weight = groupShares(split?.weights ?? {})[group.arn] ?? 0;
    return weight === 0;
  };
  await waitUntil(
    isFree,
    { limit, every: 1_000 },
    () =>
      `${group.slot} still has ${weight} % of the traffic: its nodes are not taken away. Move the traffic first.`,
  );
}
