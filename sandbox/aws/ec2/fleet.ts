import { type AutoScalingGroup, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DeregisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TaskWorld } from "../ecs/task";
import type { Plane } from "../elb/plane";
import { ownAddress } from "../loopback";
import { bootInstance, type Instance } from "./instance";
import { type KeptUserData, versionKey } from "./templates";
import { nodeOfUserData } from "./user-data";

/** What instances are run with. */
export interface FleetWorld extends TaskWorld {
  plane: Plane;
  /** The address behind each instance, which targets are found by. */
  addresses: Map<string, string>;
  /** The container image that stands for each machine image. */
  images: Map<string, string>;
  userData: KeptUserData;
  inBackground(work: Promise<void>): void;
  isStopping(): boolean;
}

/** The instances of autoscaling groups, as processes. */
export interface Fleet {
  /** Boots what moto's groups have and does not run yet, tells the data plane, and ends what they have no more. */
  settle(): Promise<void>;
  /** The version of its launch template that an instance was launched from. */
  versionOf(id: string): string | undefined;
  stop(): Promise<void>;
}

/** What is in flight when an instance is terminated has so many seconds. */
const shutdown = 30;

/** A fleet without instances. */
export function makeFleet(world: FleetWorld): Fleet {
  const running = new Map<string, Instance | undefined>();
  const versions = new Map<string, string>();
  const targets = new Map<string, string[]>();
  let settling = Promise.resolve();

  const settle = async () => {
    const groups = await groupsOf(world);
    const there = new Set<string>();
    for (const group of groups) {
      for (const { InstanceId: id = "" } of group.Instances ?? []) {
        there.add(id);
        if (!running.has(id)) await launch(id, group);
      }
    }
    const gone = [...running.keys()].filter((known) => !there.has(known));
    for (const id of gone) await takeOut(world, id, targets.get(id) ?? []);
    await world.plane.refresh();
    for (const id of gone) end(id);
  };
  const launch = async (id: string, { LaunchTemplate, TargetGroupARNs = [] }: AutoScalingGroup) => {
    targets.set(id, TargetGroupARNs);
    const version = LaunchTemplate?.Version ?? "";
    versions.set(id, version);
    const { image, node } = await templateOf(world, LaunchTemplate?.LaunchTemplateId ?? "", version);
    // Without an image that we know it is a machine on which nothing listens.
    if (!image || !node) return void running.set(id, undefined);
    const ip = ownAddress();
    world.addresses.set(id, ip);
    running.set(id, bootInstance(world, image, node, ip));
  };
  const end = (id: string, seconds = shutdown) => {
    const instance = running.get(id);
    running.delete(id);
    if (instance) world.inBackground(instance.stop(seconds).then(() => void world.addresses.delete(id)));
  };

  return {
    settle: () => (settling = settling.then(settle, settle)),
    versionOf: (id) => versions.get(id),
    async stop() {
      await settling.catch(() => {});
      for (const id of [...running.keys()]) end(id, 1);
    },
  };
}

async function groupsOf({ moto }: FleetWorld): Promise<AutoScalingGroup[]> {
  const { AutoScalingGroups = [] } = await moto.groups.send(
    new DescribeAutoScalingGroupsCommand({ MaxRecords: 100 }),
  );
  return AutoScalingGroups;
}

/** A group takes what it terminates out of its target groups first; moto leaves it there. */
async function takeOut({ moto }: FleetWorld, Id: string, groups: string[]): Promise<void> {
  for (const TargetGroupArn of groups) {
    const command = new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] });
    // The target group may be gone already, or never have had it.
    await moto.balancers.send(command).catch(() => {});
  }
}

async function templateOf({ moto, images, userData }: FleetWorld, id: string, version: string) {
  if (id === "") return {};
  const xml = await moto.query("ec2", "2016-11-15", {
    Action: "DescribeLaunchTemplateVersions",
    LaunchTemplateId: id,
    "LaunchTemplateVersion.1": version,
  });
  const one = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
  const data = userData.get(versionKey(id, version)) ?? one("userData");
  return { image: images.get(one("imageId")), node: nodeOfUserData(data) };
}
