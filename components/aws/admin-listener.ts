import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import { type Release, type SlotName, sharesDatabase } from "../../products/release";
import { closedReason } from "../closed-reason";
import type { SlotContext } from "../slot-context";
import { containerPorts } from "./containers";
import { encryption, listenProtocol } from "./listening";
import { adminTestPriority } from "./live/admin-way";
import { lifeTag, roleTag } from "./names";
import { healthCheckOf, targetTypeOf, type NodesBase } from "./nodes";
import { testHeader } from "./test-way";

/** What is said to what the way does not take. AWS takes 1,024 characters. */
export function closedMessage(release: Release): string {
  const { older, newer, slots } = release;
  if (newer === undefined) {
    return (
      "The Admin API takes writes once the update that is under way has ended. If one has failed, run pulumi up again, " +
      "or revert the change."
    );
  }
  if (slots[older]?.existing) {
    return `The Admin API of ${older} is not reached here; that of ${newer} opens here once ${newer} has all weight.`;
  }
  return closedReason(newer, older, sharesDatabase(release));
}

/**
 * The Admin API's own listener. What no rule leads to a slot it answers itself: the way is made and changed by commands,
 * since it closes and opens at moments within one update.
 */
export function adminListener(
  balancer: pulumi.Input<string>,
  release: Release,
  { settings, tags, make }: Pick<NodesBase, "settings" | "tags" | "make">,
  port: number,
  options: pulumi.CustomResourceOptions,
): lb.Listener {
  return make(
    "adminListener",
    lb.Listener,
    "admin",
    {
      loadBalancerArn: balancer,
      port,
      protocol: listenProtocol(settings.balancer),
      ...encryption(settings.balancer),
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: {
            contentType: "application/json",
            statusCode: "423",
            messageBody: JSON.stringify({ message: closedMessage(release) }),
          },
        },
      ],
      tags: { ...tags, [roleTag]: "admin" },
    },
    options,
  );
}

/** The Admin API of a slot's life, as targets: in health as its traffic's are. */
export function adminGroup(
  name: string,
  { names, settings, network, tags, product, make }: NodesBase,
  context: SlotContext,
  options: pulumi.CustomResourceOptions,
): lb.TargetGroup {
  return make(
    "targetGroup",
    lb.TargetGroup,
    name,
    {
      name: names.admin(context.life),
      vpcId: network.vpc,
      targetType: targetTypeOf(context),
      port: adminPort(product),
      protocol: "HTTP",
      deregistrationDelay: settings.balancer.deregistrationDelay,
      healthCheck: healthCheckOf(product),
      tags: { ...tags, [lifeTag]: context.life, [roleTag]: "admin" },
    },
    options,
  );
}

/**
 * The way by which a slot's Admin API is reached whatever its weight, by a header and from testers alone: requests that a
 * change asks for are sent by it. It also puts the target group in use, without which ECS refuses it.
 */
export function adminTestRule(
  slot: SlotName,
  listener: pulumi.Input<string>,
  target: pulumi.Input<string>,
  { settings, tags, make }: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.ListenerRule {
  return make(
    "testRule",
    lb.ListenerRule,
    `${slot}-admin`,
    {
      listenerArn: listener,
      priority: adminTestPriority(slot),
      conditions: [
        { httpHeader: { httpHeaderName: testHeader, values: [slot] } },
        { sourceIp: { values: settings.balancer.testers } },
      ],
      actions: [{ type: "forward", targetGroupArn: target }],
      tags: { ...tags, [roleTag]: `admin-test-${slot}` },
    },
    options,
  );
}

/** The port of a node's Admin API. */
export function adminPort(product: NodesBase["product"]): number {
  const port = containerPorts(product).admin;
  if (port === undefined) throw new Error(`${product.name} has no Admin API that a balancer could lead to`);
  return port;
}
