import * as autoscaling from "@pulumi/aws/autoscaling";
import type * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { SlotContext } from "../../slot-context";
import type { NodesBase } from "../nodes";
import { placeOf } from "../slot-settings";
import { placeTag, tellPlace } from "./place-tag";
import { tagsOfLife } from "./template";

/** How long a refresh of all instances may take, in seconds: a start, as long again until it counts, and an end. */
export function refreshLimit(startLimit: number, deregistrationDelay: number): number {
  return 3 * startLimit + deregistrationDelay;
}

/**
 * A slot's nodes as instances: made whole and healthy in the balancer, or given up. What changes is rolled out by an instance
 * refresh that starts the new before it ends the old, and goes back by itself where the new do not become healthy.
 */
export function instanceGroup(
  name: string,
  { names, settings, network, tags, make }: NodesBase,
  {
    context,
    template,
    targets,
    startLimit,
  }: {
    context: SlotContext;
    template: ec2.LaunchTemplate;
    targets: pulumi.Input<string>[];
    startLimit: number;
  },
  options: pulumi.CustomResourceOptions,
): autoscaling.Group {
  const { nodes } = context.slot;
  const { deregistrationDelay } = settings.balancer;
  const end = deregistrationDelay + placeOf(context.slot).nodes.stopTimeout + 600;
  const place = pulumi
    .output(network.groups.nodes)
    .apply((securityGroup) => tellPlace({ securityGroup, isPublic: network.publicNodes }));
  const own = { ...tagsOfLife(tags, context), [placeTag]: place };
  return make(
    "autoscalingGroup",
    autoscaling.Group,
    name,
    {
      name: names.ofLife(context.life),
      minSize: nodes,
      maxSize: nodes,
      desiredCapacity: nodes,
      vpcZoneIdentifiers: network.nodeSubnets,
      // A version by its number: "$Latest" starts no refresh, and cannot be gone back from.
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      targetGroupArns: targets,
      healthCheckType: "ELB",
      healthCheckGracePeriod: startLimit,
      waitForElbCapacity: nodes,
      waitForCapacityTimeout: `${startLimit}s`,
      instanceRefresh: {
        strategy: "Rolling",
        // An instance counts once its start is over: until then the balancer's verdict is not asked for.
        preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 200, autoRollback: true },
      },
      tags: Object.entries(own).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
    },
    { ...options, customTimeouts: { update: `${startLimit}s`, delete: `${end}s` } },
  );
}
