import {
  DescribeTargetHealthCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerState, TargetGroupState } from "../balancer";
import type { Moto } from "../moto-api";
import { groupsOf, ruleStates } from "./rules";

/** All that moto knows of balancers, as the data plane takes it. */
export interface ElbRecords {
  listeners: ListenerState[];
  groups: TargetGroupState[];
  /** Groups that a listener or rule names, also with weight 0. */
  inUse: Set<string>;
}

/** Where a balancer listens and an instance runs. */
export interface Places {
  ofBalancer(dnsName: string): string;
  ofTarget(id: string): string;
}

/** Reads it, all pages. */
export async function readElb(moto: Moto, places: Places): Promise<ElbRecords> {
  const paging = { client: moto.balancers };
  const [balancers, groups] = await Promise.all([
    all(paginateDescribeLoadBalancers(paging, {}), (page) => page.LoadBalancers),
    all(paginateDescribeTargetGroups(paging, {}), (page) => page.TargetGroups),
  ]);
  const listeners = await Promise.all(balancers.map((balancer) => listenersOf(moto, places, balancer)));
  const flat = listeners.flat();
  return {
    listeners: flat,
    groups: await Promise.all(groups.map((group) => groupState(moto, places, group))),
    inUse: new Set(flat.flatMap(({ rules }) => groupsOf(rules))),
  };
}

async function listenersOf(moto: Moto, places: Places, balancer: LoadBalancer): Promise<ListenerState[]> {
  const about = { LoadBalancerArn: balancer.LoadBalancerArn };
  const paging = { client: moto.balancers };
  const found = await all(paginateDescribeListeners(paging, about), (page) => page.Listeners);
  const address = places.ofBalancer(balancer.DNSName ?? "");
  return Promise.all(found.map((listener) => listenerState(moto, address, listener)));
}

async function listenerState(moto: Moto, address: string, listener: Listener): Promise<ListenerState> {
  const arn = listener.ListenerArn ?? "";
  const pages = paginateDescribeRules({ client: moto.balancers }, { ListenerArn: arn });
  const rules = ruleStates(listener, await all(pages, (page) => page.Rules));
  return { arn, address, port: listener.Port ?? 0, protocol: listener.Protocol ?? "HTTP", rules };
}

async function groupState(moto: Moto, places: Places, group: TargetGroup): Promise<TargetGroupState> {
  const arn = group.TargetGroupArn ?? "";
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: arn });
  const { TargetHealthDescriptions = [] } = await moto.balancers.send(command);
  return {
    arn,
    healthPath: group.HealthCheckProtocol === "TCP" ? "" : (group.HealthCheckPath ?? "/"),
    healthPort: group.HealthCheckPort ?? "traffic-port",
    targets: TargetHealthDescriptions.map(({ Target }) => ({
      id: Target?.Id ?? "",
      address: places.ofTarget(Target?.Id ?? ""),
      port: Target?.Port ?? group.Port ?? 0,
    })),
  };
}

async function all<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(itemsOf(page) ?? []));
  return found;
}
