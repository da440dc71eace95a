import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import type { SlotName } from "../../products/release";
import type { FrontDoor } from "./balancer";
import { encryption, listenProtocol } from "./listening";
import { adminTestPriority } from "./live/admin-way";
import { roleTag } from "./names";
import type { NodesBase } from "./nodes";
import { testHeader, testPort, testPriority } from "./test-way";

/** What a way to a slot is made of. */
interface TestedSlot {
  slot: SlotName;
  /** Target group that it leads to. */
  target: pulumi.Input<string>;
}

/** A rule that leads to a slot by a header, and only from addresses that config gives. */
function headerRule(
  name: string,
  { slot, target }: TestedSlot,
  { listener, priority, role }: { listener: pulumi.Input<string>; priority: number; role: string },
  { settings, tags, make }: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.ListenerRule {
  return make(
    "testRule",
    lb.ListenerRule,
    name,
    {
      listenerArn: listener,
      priority,
      conditions: [
        { httpHeader: { httpHeaderName: testHeader, values: [slot] } },
        { sourceIp: { values: settings.balancer.testers } },
      ],
      actions: [{ type: "forward", targetGroupArn: target }],
      tags: { ...tags, [roleTag]: role },
    },
    options,
  );
}

/**
 * The way by which a slot is tested before it serves anybody. It also puts the target group in use, without which its
 * targets are never asked for their health.
 */
export function testRule(
  tested: TestedSlot,
  listener: pulumi.Input<string>,
  base: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.ListenerRule {
  const priority = testPriority(base.settings.balancer.rule.priority, tested.slot);
  const role = `test-${tested.slot}`;
  return headerRule(`${tested.slot}-test`, tested, { listener, priority, role }, base, options);
}

/** The same where the balancer knows no headers: a listener of its own, on a port that only testers reach. */
export function testListener(
  { slot, target }: TestedSlot,
  { balancer: own }: FrontDoor,
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

/**
 * The way by which a slot's Admin API is reached whatever its weight: requests that a change asks for are sent by it. It
 * also puts the target group in use, without which ECS refuses it.
 */
export function adminTestRule(
  tested: TestedSlot,
  listener: pulumi.Input<string>,
  base: NodesBase,
  options: pulumi.CustomResourceOptions,
): lb.ListenerRule {
  const { slot } = tested;
  const which = { listener, priority: adminTestPriority(slot), role: `admin-test-${slot}` };
  return headerRule(`${slot}-admin`, tested, which, base, options);
}
