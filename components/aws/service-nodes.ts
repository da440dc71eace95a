import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { SlotContext } from "../slot-context";
import { type Build, groundOf } from "./build";
import { cleared } from "./cleared";
import { clearService } from "./clear-way";
import { containerName } from "./container-name";
import { containerPorts, nodesDefinition } from "./containers";
import { lifeTag } from "./names";
import type { NodesBase, SlotNodes, SlotSurroundings } from "./nodes";

/** A slot's nodes as a service on Fargate: made whole, healthy in the balancer, or given up with the reason. */
function fargateService(
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

/** A slot's nodes on Fargate: a task definition, and the service that keeps tasks of it. */
export function serviceNodes(
  build: Build,
  context: SlotContext,
  { target, admin, database }: SlotSurroundings,
  options: pulumi.CustomResourceOptions,
): SlotNodes {
  const { product, timeouts, way } = build;
  const { base, containers, cluster } = groundOf(build);
  const { life } = context;
  const definition = nodesDefinition(containers, { product, context, database }, { parent: options.parent });
  const service = fargateService(
    `${life}-service`,
    base,
    { context, definition, target, admin, startLimit: timeouts.start },
    cluster,
    cleared(`${life}-service`, () => clearService(way, life), options),
  );
  return { resource: service, output: pulumi.all([service.id, definition.arn]) };
}
