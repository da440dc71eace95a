import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { AwsError, element, queryAnswer, type Answer } from "../wire/answer";
import { text, type Call, type Parameters } from "../wire/call";
import type { Fleet, FleetWorld } from "./fleet";

/** A replacement of a group's instances. */
interface Refresh {
  id: string;
  group: string;
  status: "InProgress" | "Successful" | "Failed" | "RollbackSuccessful";
  why?: string;
  percent: number;
  startedAt: Date;
  endedAt?: Date;
}

/** What refreshes are run with. */
export interface RefreshWorld extends FleetWorld {
  fleet: Fleet;
  /** All so far, the newest first. */
  refreshes: Refresh[];
}

/** How long new instances may take to become healthy, in milliseconds, and how often that is looked at. */
const [longest, every] = [30_000, 100];

const namespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

/** StartInstanceRefresh: answered at once, carried out beside. All that is new is healthy before anything old ends. */
export async function startInstanceRefresh(world: RefreshWorld, call: Call): Promise<Answer> {
  const name = text(call.parameters, "AutoScalingGroupName");
  if (world.refreshes.some(({ group, status }) => group === name && status === "InProgress")) {
    throw new AwsError(
      "InstanceRefreshInProgress",
      "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
    );
  }
  const preferences = (call.parameters.Preferences ?? {}) as Parameters;
  const goesBack = text(preferences, "AutoRollback") === "true";
  if (goesBack && call.parameters.DesiredConfiguration === undefined) {
    throw new AwsError(
      "ValidationError",
      "The AutoRollback parameter cannot be set to true when the DesiredConfiguration parameter is empty.",
    );
  }
  await groupOf(world, name);
  const refresh: Refresh = {
    ...{ id: randomUUID(), group: name, status: "InProgress", percent: 0, startedAt: new Date() },
  };
  world.refreshes.unshift(refresh);
  world.inBackground(
    replace(world, refresh, goesBack).catch((error: unknown) => {
      refresh.why = error instanceof Error ? error.message : String(error);
      refresh.status = "Failed";
    }),
  );
  return Promise.resolve(queryAnswer(call, namespace, [element("InstanceRefreshId", refresh.id)]));
}

/** DescribeInstanceRefreshes: the newest first. */
export function describeInstanceRefreshes({ refreshes }: RefreshWorld, call: Call): Promise<Answer> {
  const name = text(call.parameters, "AutoScalingGroupName");
  const most = Number(text(call.parameters, "MaxRecords") || "50");
  const nodes = refreshes
    .filter(({ group }) => group === name)
    .slice(0, most)
    .map(({ id, group, status, why, percent, startedAt, endedAt }) =>
      element(
        "member",
        element("InstanceRefreshId", id),
        element("AutoScalingGroupName", group),
        element("Status", status),
        why === undefined ? undefined : element("StatusReason", why),
        element("PercentageComplete", percent),
        element("StartTime", startedAt.toISOString()),
        endedAt && element("EndTime", endedAt.toISOString()),
      ),
    );
  return Promise.resolve(queryAnswer(call, namespace, [element("InstanceRefreshes", ...nodes)]));
}

async function replace(world: RefreshWorld, refresh: Refresh, goesBack: boolean): Promise<void> {
  const { moto, fleet } = world;
  const { group: AutoScalingGroupName } = refresh;
  const resize = (DesiredCapacity: number, MaxSize: number, LaunchTemplate?: object) =>
    moto.groups.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, DesiredCapacity, MaxSize, LaunchTemplate }),
    );
  const before = await groupOf(world, AutoScalingGroupName);
  const old = idsOf(before);
  const size = before.DesiredCapacity ?? 0;
  await resize(2 * size, 2 * size);
  await fleet.settle();
  const added = idsOf(await groupOf(world, AutoScalingGroupName)).filter((id) => !old.includes(id));
  const isGood = await becomeHealthy(world, before, added);
  for (const InstanceId of isGood ? old : added) {
    await moto.groups.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }),
    );
    await fleet.settle();
  }
  const version = fleet.versionOf(old[0] ?? "");
  const earlier = { LaunchTemplateId: before.LaunchTemplate?.LaunchTemplateId, Version: version };
  await resize(size, before.MaxSize ?? size, isGood || !goesBack ? undefined : earlier);
  refresh.endedAt = new Date();
  refresh.percent = isGood ? 100 : 0;
  if (!isGood) refresh.why = "The new instances failed their health checks.";
  refresh.status = isGood ? "Successful" : goesBack ? "RollbackSuccessful" : "Failed";
}

async function becomeHealthy(
  world: RefreshWorld,
  { TargetGroupARNs: groups = [] }: AutoScalingGroup,
  instances: string[],
): Promise<boolean> {
  const isHealthy = (id: string) =>
    groups.every((group) =>
      world.plane.health(group).some(({ id: target, state }) => target === id && state === "healthy"),
    );
  const limit = Date.now() + longest;
  while (!instances.every(isHealthy)) {
    if (world.isStopping() || Date.now() > limit) return false;
    await sleep(every);
  }
  return true;
}

const idsOf = ({ Instances = [] }: AutoScalingGroup) => Instances.map(({ InstanceId = "" }) => InstanceId);

async function groupOf({ moto }: RefreshWorld, name: string): Promise<AutoScalingGroup> {
  const { AutoScalingGroups = [] } = await moto.groups.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  const [group] = AutoScalingGroups;
  if (!group) throw new AwsError("ValidationError", `AutoScalingGroup name not found - ${name} not found`);
  return group;
}
