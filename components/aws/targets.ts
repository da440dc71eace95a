import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import type { Operation } from "../../products/operation";
import type { SlotContext } from "../slot-context";
import { containerPorts } from "./containers";
import { lifeTag, roleTag } from "./names";
import type { NodesBase } from "./nodes";
import { placeOf } from "./slot-settings";

/** How targets are asked for the health that the product says of itself. */
function healthCheckOf(product: Operation) {
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

/** What every target group of a slot's life has. Targets are what its nodes run on: tasks have addresses, instances ids. */
function common({ settings, network, tags, product }: NodesBase, { life, slot }: SlotContext) {
  return {
    vpcId: network.vpc,
    targetType: placeOf(slot).nodes.compute === "ec2" ? "instance" : "ip",
    deregistrationDelay: settings.balancer.deregistrationDelay,
    healthCheck: healthCheckOf(product),
    tags: { ...tags, [lifeTag]: life },
  };
}

/** The targets of a slot's life, for users' traffic. */
export function targetGroup(
  name: string,
  base: NodesBase,
  context: SlotContext,
  options: pulumi.CustomResourceOptions,
): lb.TargetGroup {
  const { names, settings, product, make } = base;
  const { type, slowStart } = settings.balancer;
  return make(
    "targetGroup",
    lb.TargetGroup,
    name,
    {
      ...common(base, context),
      name: names.ofLife(context.life),
      port: containerPorts(product)[product.ports[0] as string],
      ...(type === "network" ? { protocol: "TCP" } : { protocol: "HTTP", slowStart }),
    },
    options,
  );
}

/** The Admin API of a slot's life, as targets: in health as its traffic's are. */
export function adminGroup(
  name: string,
  base: NodesBase,
  context: SlotContext,
  options: pulumi.CustomResourceOptions,
): lb.TargetGroup {
  const { names, product, make } = base;
  const { tags, ...shared } = common(base, context);
  return make(
    "targetGroup",
    lb.TargetGroup,
    name,
    {
      ...shared,
      name: names.admin(context.life),
      port: adminPort(product),
      protocol: "HTTP",
      tags: { ...tags, [roleTag]: "admin" },
    },
    options,
  );
}

/** The port of a node's Admin API. */
export function adminPort(product: Operation): number {
  const port = containerPorts(product).admin;
  if (port === undefined) throw new Error(`${product.name} has no Admin API that a balancer could lead to`);
  return port;
}
