import type { RuleCondition, Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type SlotName, slotNames } from "../../../products/release";
import type { WantedWay } from "../admin-way";
import type { Clients } from "../clients";
import { adminNameOf, type Names, roleTag } from "../names";
import {
  findGroup,
  findSplit,
  type GroupWeights,
  groupName,
  listenerAt,
  rulesOfListener,
  slotOfGroup,
  type SplitPlace,
  weightsOf,
} from "./weights";
import { elb } from "../sdk";

/** The Admin API's listener, as a command is told of it. */
export interface AdminPlace {
  port: number;
}

/** Where requests to the Admin API's listener are led, and whether writes are among them. */
export interface AdminWay {
  /** Target group, by ARN. */
  group: string;
  isOpen: boolean;
}

/** Where the way's rule stands on its listener: behind those of tests, of which each slot has one. */
const priority = slotNames.length + 1;

/** A slot's test rule on the Admin API's listener. */
export function adminTestPriority(slot: SlotName): number {
  return 1 + slotNames.indexOf(slot);
}

/** What is led to the slot when the way is closed. The listener itself answers all else, with the reason. */
const reads = ["GET", "HEAD", "OPTIONS"];

/** One rule: what it takes says whether the way is open, so one call changes both at one moment. */
function conditionsOf(isOpen: boolean): RuleCondition[] {
  return [
    isOpen
      ? { Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } }
      : { Field: "http-request-method", HttpRequestMethodConfig: { Values: reads } },
  ];
}

async function ruleOn(clients: Clients, listener: string) {
  const rules = await rulesOfListener(clients, listener);
  return rules.find(({ Priority }) => Priority === String(priority));
}

/** The way as it is; undefined where nothing is led anywhere. */
export async function findWay(
  clients: Clients,
  names: Names,
  place: AdminPlace,
): Promise<(AdminWay & { rule: string }) | undefined> {
  const listener = (await listenerAt(clients, names.gateway, place.port))?.ListenerArn;
  const rule = listener === undefined ? undefined : await ruleOn(clients, listener);
  if (rule?.RuleArn === undefined) return undefined;
  const [group = ""] = Object.keys(weightsOf(rule.Actions));
  const isOpen = !(rule.Conditions ?? []).some(({ Field }) => Field === "http-request-method");
  return { rule: rule.RuleArn, group, isOpen };
}

/** Sets the way. A rule that is there is changed, whoever made it: a command that was killed may have. */
export async function setWay(
  clients: Clients,
  names: Names,
  place: AdminPlace,
  { group, isOpen }: AdminWay,
  tags: Record<string, string>,
): Promise<void> {
  const { CreateRuleCommand, ModifyRuleCommand } = elb();
  const client = clients.balancers();
  const listener = (await listenerAt(clients, names.gateway, place.port))?.ListenerArn;
  if (listener === undefined) throw new Error(`${names.balancer} has no listener on port ${place.port}`);
  const rule = await ruleOn(clients, listener);
  const wanted = {
    Conditions: conditionsOf(isOpen),
    Actions: [{ Type: "forward" as const, TargetGroupArn: group }],
  };
  if (rule) {
    await client.send(new ModifyRuleCommand({ RuleArn: rule.RuleArn, ...wanted }));
    return;
  }
  const Tags: Tag[] = Object.entries({ ...tags, [roleTag]: "admin" }).map(([Key, Value]) => ({ Key, Value }));
  await client.send(new CreateRuleCommand({ ListenerArn: listener, Priority: priority, ...wanted, Tags }));
}

/** Lets nothing but reads through, wherever they are led. Where nothing is led anywhere, nothing is open. */
export async function closeWay(clients: Clients, names: Names, place: AdminPlace): Promise<void> {
  const { ModifyRuleCommand } = elb();
  const way = await findWay(clients, names, place);
  if (!way) return;
  await clients
    .balancers()
    .send(new ModifyRuleCommand({ RuleArn: way.rule, Conditions: conditionsOf(false) }));
}

/** Leads nothing anywhere: the way holds no target group any more. */
export async function removeWay(clients: Clients, names: Names, place: AdminPlace): Promise<void> {
  const { DeleteRuleCommand } = elb();
  const way = await findWay(clients, names, place);
  if (way) await clients.balancers().send(new DeleteRuleCommand({ RuleArn: way.rule }));
}

/** The target group of the Admin API beside one of traffic; undefined where there is none. */
export function adminGroupBeside(clients: Clients, traffic: string): Promise<string | undefined> {
  return findGroup(clients, adminNameOf(groupName(traffic)));
}

/** What the split of traffic names: the target group of each slot of ours, and those with weight, the most first. */
export async function splitGroups(
  clients: Clients,
  names: Names,
  split: SplitPlace,
): Promise<{ bySlot: Partial<Record<SlotName, string>>; serving: string[] }> {
  const weights: GroupWeights = (await findSplit(clients, split))?.weights ?? {};
  const serving = Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([arn]) => arn);
  const bySlot = Object.fromEntries(
    Object.keys(weights).flatMap((arn) => {
      const slot = slotOfGroup(arn, names, {});
      return slot ? [[slot, arn]] : [];
    }),
  );
  return { bySlot, serving };
}

/** Whether writes are taken where they should be. A way that should be closed is seen to by what closes it. */
export async function isOpenAsWanted(
  clients: Clients,
  names: Names,
  { split, admin, wanted }: { split: SplitPlace; admin: AdminPlace; wanted: WantedWay },
): Promise<boolean> {
  if (!wanted.isOpen) return true;
  const traffic = (await splitGroups(clients, names, split)).bySlot[wanted.slot];
  const group = traffic && (await adminGroupBeside(clients, traffic));
  if (!group) return true;
  const way = await findWay(clients, names, admin);
  return way?.isOpen === true && way.group === group;
}
