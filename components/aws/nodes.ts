import * as ecs from "@pulumi/aws/ecs";
import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import type { Operation } from "../../products/operation";
import type { SlotName } from "../../products/release";
import type { SlotContext } from "../slot-context";
import type { FrontDoor } from "./balancer";
import { encryption, listenProtocol } from "./listening";
import { containerName } from "./container-name";
import { containerPorts } from "./containers";
import { lifeTag, type Names, roleTag } from "./names";
import type { Network } from "./network";
import type { AwsSettings } from "./settings";
import { placeOf } from "./slot-settings";
import { testHeader, testPort, testPriority } from "./test-way";
import type { Make } from "./transform";

/** What the nodes of a slot are made with. */
export interface NodesBase {
  names: Names;
  settings: AwsSettings;
  network: Network;
  tags: Record<string, string>;
  product: Operation;
  make: Make;
}

/** What a slot's nodes are told of what stands around them. */
export interface SlotSurroundings {
  /** ARN of the target group of users' traffic. */
  target: pulumi.Input<string>;
  /** The target group of the Admin API, and its port, where the balancer leads to it. */
  admin?: { target: pulumi.Input<string>; port: number };
  database: pulumi.Input<{ host: string; port: number }>;
}

/** Targets of a slot by what its nodes run on: tasks have addresses, instances have ids. */
export function targetTypeOf({ slot }: SlotContext): string {
  return placeOf(slot).nodes.compute === "ec2" ? "instance" : "ip";
}

/** The nodes of a slot, once they are made: what their guard stands on, and what tells one making from another. */
export interface SlotNodes {
  resource: pulumi.Resource;
  output: pulumi.Output<unknown>;
}

/** How targets are asked for the health that the product says of itself. */
export function healthCheckOf(product: Operation) {
  return {
    protocol: "HTTP",
    port: String(containerPorts(product)[product.ready.port]),
    path: product.ready.path,
    matcher: "200",
    interval: 10,
    timeout: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  };
}

/** The targets of a slot's life, asked for the health that the product says of itself. */
export function targetGroup(
  name: string,
  { names, settings, network, tags, product, make }: NodesBase,
  context: SlotContext,
  options: pulumi.CustomResourceOptions,
): lb.TargetGroup {
  const { balancer } = settings;
  const ports = containerPorts(product);
  const isNetwork = balancer.type === "network";
  return make(
    "targetGroup",
    lb.TargetGroup,
    name,
    {
      name: names.ofLife(context.life),
      vpcId: network.vpc,
      targetType: targetTypeOf(context),
      port: ports[product.ports[0] as string],
      protocol: isNetwork ? "TCP" : "HTTP",
      deregistrationDelay: balancer.deregistrationDelay,
      ...(isNetwork ? {} : { slowStart: balancer.slowStart }),
      healthCheck: healthCheckOf(product),
      tags: { ...tags, [lifeTag]: context.life },
    },
    options,
  );
}

/**
 * The way by which a slot is tested before it serves anybody: by a header, and only from addresses that config gives. It
 * also puts the target group in use, without which its targets are never asked for their health.
 */
export function testRule(
  slot: SlotName,
  listener: pulumi.Input<string>,
  target: pulumi.Input<string>,
  { settings, tags, make }: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.ListenerRule {
  return make(
    "testRule",
    lb.ListenerRule,
    `${slot}-test`,
    {
      listenerArn: listener,
      priority: testPriority(settings.balancer.rule.priority, slot),
      conditions: [
        { httpHeader: { httpHeaderName: testHeader, values: [slot] } },
        { sourceIp: { values: settings.balancer.testers } },
      ],
      actions: [{ type: "forward", targetGroupArn: target }],
      tags: { ...tags, [roleTag]: `test-${slot}` },
    },
    options,
  );
}

/** The same where the balancer knows no headers: a listener of its own, on a port that only testers reach. */
export function testListener(
  slot: SlotName,
  { balancer: own }: FrontDoor,
  target: pulumi.Input<string>,
  { settings, tags, make }: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.Listener {
  const { balancer } = settings;
  return make(
    "testRule",
    lb.Listener,
    `${slot}-test`,
    {
      loadBalancerArn: own?.arn ?? "",
      port: testPort(balancer, slot),
      protocol: listenProtocol(balancer),
      ...encryption(balancer),
      defaultActions: [{ type: "forward", targetGroupArn: target }],
      tags: { ...tags, [roleTag]: `test-${slot}` },
    },
    options,
  );
}

/** A slot's nodes as a service on Fargate: made whole, healthy in the balancer, or given up with the reason. */
export function fargateService(
  name: string,
  { names, network, tags, product, make }: NodesBase,
  {
    context,
    definition,
    target,
    admin,
    startLimit,
  }: {
    context: SlotContext;
    definition: ecs.TaskDefinition;
    target: pulumi.Input<string>;
    /** Target group of the Admin API, where that is reached through the balancer. */
    admin?: { target: pulumi.Input<string>; port: number };
    startLimit: number;
  },
  cluster: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): ecs.Service {
  const ports = containerPorts(product);
  return make(
    "service",
    ecs.Service,
    name,
    {
      name: names.ofLife(context.life),
      cluster,
      taskDefinition: definition.arn,
      desiredCount: context.slot.nodes,
      launchType: "FARGATE",
      networkConfiguration: {
        subnets: network.nodeSubnets,
        securityGroups: [network.groups.nodes],
        assignPublicIp: network.publicNodes,
      },
      loadBalancers: [
        { targetGroupArn: target, containerName, containerPort: ports[product.ports[0] as string] as number },
        ...(admin ? [{ targetGroupArn: admin.target, containerName, containerPort: admin.port }] : []),
      ],
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      healthCheckGracePeriodSeconds: startLimit,
      waitForSteadyState: true,
      propagateTags: "SERVICE",
      tags: { ...tags, [lifeTag]: context.life },
    },
    { ...options, customTimeouts: { create: `${startLimit}s`, update: `${startLimit}s` } },
  );
}
