import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import type { SlotContext } from "../../slot-context";
import type { Clients } from "../clients";
import { type Names, ownTag, versionTag } from "../names";
import { autoScaling } from "../sdk";

/** A tag of a group. */
export function groupTag({ Tags = [] }: AutoScalingGroup, key: string): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}

/** The autoscaling groups of a gateway that are there: one for each life whose nodes are instances. */
export async function instanceGroups(clients: Clients, { gateway }: Names): Promise<AutoScalingGroup[]> {
  const { paginateDescribeAutoScalingGroups } = autoScaling();
  const found: AutoScalingGroup[] = [];
  const Filters = [{ Name: `tag:${ownTag}`, Values: [gateway] }];
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups(
    { client: clients.groups() },
    { Filters },
  ))
    found.push(...AutoScalingGroups);
  return found;
}

/** The group of a name, be it on its way out; undefined where there is none. */
export async function findInstanceGroup(
  clients: Clients,
  name: string,
): Promise<AutoScalingGroup | undefined> {
  const { DescribeAutoScalingGroupsCommand } = autoScaling();
  const { AutoScalingGroups = [] } = await clients
    .groups()
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
  return AutoScalingGroups[0];
}

/** The last replacement of a group's instances; undefined where there was none. */
export async function lastRefresh(clients: Clients, name: string): Promise<InstanceRefresh | undefined> {
  const { DescribeInstanceRefreshesCommand } = autoScaling();
  const { InstanceRefreshes = [] } = await clients
    .groups()
    .send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name, MaxRecords: 1 }));
  return InstanceRefreshes[0];
}

const going = new Set<string | undefined>([
  "Pending",
  "InProgress",
  "Baking",
  "Cancelling",
  "RollbackInProgress",
]);
const failed = new Set<string | undefined>(["Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"]);

/** Whether a replacement goes on still. */
export function isGoing({ Status }: InstanceRefresh): boolean {
  return going.has(Status);
}

/** Why a replacement that ended is no good; undefined where it is. */
export function whyFailed({ Status, StatusReason }: InstanceRefresh): string | undefined {
  return failed.has(Status) ? `${Status}: ${StatusReason ?? "AWS does not say why"}` : undefined;
}

/** What a slot's group says of it: at its version, with as many instances as the slot has nodes, all from one template. */
export async function groupProblems(
  clients: Clients,
  names: Names,
  { slot, life }: SlotContext,
): Promise<string[]> {
  const name = names.ofLife(life);
  const group = await findInstanceGroup(clients, name);
  if (!group) return [`${life} has no autoscaling group`];
  const version = groupTag(group, versionTag);
  const wanted = group.LaunchTemplate?.Version;
  const running = (group.Instances ?? []).filter(({ LifecycleState }) => LifecycleState === "InService");
  const current = running.filter(({ LaunchTemplate }) => LaunchTemplate?.Version === wanted);
  const refresh = await lastRefresh(clients, name);
  const why = refresh && whyFailed(refresh);
  return [
    ...(version === slot.version ? [] : [`${life} runs version ${version}, not ${slot.version}`]),
    ...(current.length >= slot.nodes
      ? []
      : [`${current.length} of ${slot.nodes} instances of ${life} run version ${wanted} of its template`]),
    ...(refresh && isGoing(refresh)
      ? [`instances of ${life} are being replaced (${refresh.PercentageComplete ?? 0} %)`]
      : []),
    ...(why === undefined ? [] : [`the last replacement of the instances of ${life} failed: ${why}`]),
  ];
}
