import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import { type Release, type SlotName, slotsOf } from "../../products/release";
import type { FrontDoor } from "./balancer";
import { encryption, listenPort, listenProtocol } from "./listening";
import { roleTag } from "./names";
import type { NodesBase } from "./nodes";

/** Target group of each slot that is there. */
export type Groups = Partial<Record<SlotName, pulumi.Input<string>>>;

/** Weight of each target group, as one value: by ARN. */
export function groupWeights(release: Release, groups: Groups): pulumi.Output<Record<string, number>> {
  const present = slotsOf(release).map(({ name }) => name);
  return pulumi
    .all(present.map((name) => pulumi.output(groups[name] ?? "")))
    .apply((arns) =>
      Object.fromEntries(arns.map((arn, index) => [arn, release.weights[present[index] as SlotName]])),
    );
}

/** Both slots with their weights, in a fixed order. A weight is always said: one that is missing counts as 1. */
function forward(release: Release, groups: Groups) {
  return {
    type: "forward",
    forward: {
      targetGroups: slotsOf(release).map(({ name }) => ({
        arn: groups[name] ?? "",
        weight: release.weights[name],
      })),
    },
  };
}

/**
 * The split of users' traffic, as a resource that says what it is: a rule of an application balancer's listener, or the
 * listener of a network balancer itself. Its weights live here and nowhere else.
 */
export function trafficSplit(
  name: string,
  release: Release,
  groups: Groups,
  { balancer: own, listener }: FrontDoor,
  { settings, tags, make }: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.ListenerRule | lb.Listener {
  const { balancer } = settings;
  const tagged = { ...tags, [roleTag]: "traffic" };
  if (balancer.type === "network") {
    return make(
      "trafficRule",
      lb.Listener,
      name,
      {
        loadBalancerArn: own?.arn ?? "",
        port: listenPort(balancer),
        protocol: listenProtocol(balancer),
        ...encryption(balancer),
        defaultActions: [forward(release, groups)],
        tags: tagged,
      },
      options,
    );
  }
  const { priority, hosts, paths } = balancer.rule;
  return make(
    "trafficRule",
    lb.ListenerRule,
    name,
    {
      listenerArn: listener ?? "",
      priority,
      conditions: [
        { pathPattern: { values: paths } },
        ...(hosts.length > 0 ? [{ hostHeader: { values: hosts } }] : []),
      ],
      actions: [forward(release, groups)],
      tags: tagged,
    },
    options,
  );
}
