import type { Action, Listener, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clients } from "../clients";
import { type SlotName, slotNames } from "../../../products/release";
import type { Names } from "../names";
import { elb } from "../sdk";

/** Weights of target groups, by ARN. */
export type GroupWeights = Record<string, number>;

/** Where users' traffic is split: a rule of an application balancer, or a network balancer's listener itself. */
export interface Split {
  listener: string;
  /** Absent: the listener's default action. */
  rule?: string;
  weights: GroupWeights;
}

/** How the split of a gateway is found. */
export interface SplitPlace {
  gateway: string;
  type: "application" | "network";
  port: number;
  priority: number;
  /** A listener that config gives. */
  listener?: string;
}

const isMissing = (error: unknown) => /NotFound/.test((error as Error).name);

/** The weights that forward actions give. One target group alone has all of it, whatever its weight says. */
export function weightsOf(actions: Action[] = []): GroupWeights {
  const forward = actions.find(({ Type }) => Type === "forward");
  const groups = forward?.ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0)
    return forward?.TargetGroupArn === undefined ? {} : { [forward.TargetGroupArn]: 1 };
  return Object.fromEntries(groups.map(({ TargetGroupArn = "", Weight = 1 }) => [TargetGroupArn, Weight]));
}

/** The load balancer that carries the gateway's name; undefined while there is none. */
export async function findBalancer(clients: Clients, name: string) {
  const { DescribeLoadBalancersCommand } = elb();
  try {
    const found = await clients.balancers().send(new DescribeLoadBalancersCommand({ Names: [name] }));
    return found.LoadBalancers?.[0];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Where a listener is reached: by its balancer's name in DNS, on its own port. */
export async function urlOfListener(clients: Clients, listener: string): Promise<string> {
  const { DescribeListenersCommand, DescribeLoadBalancersCommand } = elb();
  const client = clients.balancers();
  const { Listeners = [] } = await client.send(new DescribeListenersCommand({ ListenerArns: [listener] }));
  const { LoadBalancerArn: arn, Port = 80, Protocol = "HTTP" } = Listeners[0] ?? {};
  if (arn === undefined) throw new Error(`gateway:aws.balancer.listener: there is no listener ${listener}`);
  const { LoadBalancers = [] } = await client.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }),
  );
  return `${Protocol.toLowerCase()}://${LoadBalancers[0]?.DNSName ?? ""}:${Port}`;
}

/** The listener on a port of a balancer; undefined while there is none. */
export async function listenerOn(
  clients: Clients,
  balancer: string,
  port: number,
): Promise<Listener | undefined> {
  const { DescribeListenersCommand } = elb();
  const found = await clients.balancers().send(new DescribeListenersCommand({ LoadBalancerArn: balancer }));
  return found.Listeners?.find(({ Port }) => Port === port);
}

/** Every rule of a listener, page by page. */
export async function rulesOfListener(clients: Clients, listener: string): Promise<Rule[]> {
  const { paginateDescribeRules } = elb();
  const rules: Rule[] = [];
  const pages = paginateDescribeRules({ client: clients.balancers() }, { ListenerArn: listener });
  for await (const { Rules = [] } of pages) rules.push(...Rules);
  return rules;
}

/** What splits users' traffic now; undefined while there is no listener, or no rule of ours on it. */
export async function findSplit(clients: Clients, place: SplitPlace): Promise<Split | undefined> {
  const own = place.listener === undefined ? await listenerAt(clients, place.gateway, place.port) : undefined;
  const listener = place.listener ?? own?.ListenerArn;
  if (listener === undefined) return undefined;
  if (place.type === "network") return { listener, weights: weightsOf(own?.DefaultActions) };
  const rules = await rulesOfListener(clients, listener);
  const rule = rules.find(({ Priority }) => Priority === String(place.priority));
  if (rule?.RuleArn === undefined) return undefined;
  return { listener, rule: rule.RuleArn, weights: weightsOf(rule.Actions) };
}

/** The listener on a port of the gateway's own balancer; undefined while there is none. */
export async function listenerAt(
  clients: Clients,
  gateway: string,
  port: number,
): Promise<Listener | undefined> {
  const balancer = await findBalancer(clients, gateway);
  return balancer?.LoadBalancerArn === undefined
    ? undefined
    : listenerOn(clients, balancer.LoadBalancerArn, port);
}

/** The name that an ARN of a target group holds. */
export function groupName(arn: string): string {
  return arn.split(":targetgroup/")[1]?.split("/")[0] ?? "";
}

/** Which slot a target group is of: one that config gives, or by its name. */
export function slotOfGroup(
  arn: string,
  names: Names,
  given: Partial<Record<SlotName, string>>,
): SlotName | undefined {
  return slotNames.find(
    (slot) => given[slot] === arn || groupName(arn).startsWith(`${names.gateway}-${slot}-`),
  );
}

/** Writes weights where they are split now, past the provider: only where what it recorded is not what is live. */
export async function writeWeights(
  clients: Clients,
  { listener, rule }: Split,
  weights: GroupWeights,
): Promise<void> {
  const { ModifyListenerCommand, ModifyRuleCommand } = elb();
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({
    TargetGroupArn,
    Weight,
  }));
  const actions: Action[] = [{ Type: "forward", ForwardConfig: { TargetGroups } }];
  if (rule === undefined) {
    await clients
      .balancers()
      .send(new ModifyListenerCommand({ ListenerArn: listener, DefaultActions: actions }));
  } else {
    await clients.balancers().send(new ModifyRuleCommand({ RuleArn: rule, Actions: actions }));
  }
}

/** Healthy targets of a group, and why the others are not. */
export async function targetHealth(
  clients: Clients,
  group: string,
): Promise<{ healthy: number; others: string[] }> {
  const { DescribeTargetHealthCommand } = elb();
  const { TargetHealthDescriptions = [] } = await clients
    .balancers()
    .send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  const isHealthy = (state: string | undefined) => state === "healthy";
  return {
    healthy: TargetHealthDescriptions.filter(({ TargetHealth }) => isHealthy(TargetHealth?.State)).length,
    others: TargetHealthDescriptions.filter(({ TargetHealth }) => !isHealthy(TargetHealth?.State)).map(
      ({ Target, TargetHealth }) =>
        `${Target?.Id} is ${TargetHealth?.State} (${TargetHealth?.Description ?? TargetHealth?.Reason ?? "no reason is given"})`,
    ),
  };
}

/** The target group of a name; undefined where there is none. */
export async function findGroup(clients: Clients, name: string): Promise<string | undefined> {
  const { DescribeTargetGroupsCommand } = elb();
  try {
    const found = await clients.balancers().send(new DescribeTargetGroupsCommand({ Names: [name] }));
    return found.TargetGroups?.[0]?.TargetGroupArn;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Every target group of the account in this region that is one of those. */
export async function groupsOf(clients: Clients, isOne: (arn: string) => boolean): Promise<string[]> {
  const { paginateDescribeTargetGroups } = elb();
  const found: string[] = [];
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups(
    { client: clients.balancers() },
    {},
  )) {
    found.push(...TargetGroups.flatMap(({ TargetGroupArn: arn }) => arn ?? []).filter(isOne));
  }
  return found;
}
