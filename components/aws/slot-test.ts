import type * as pulumi from "@pulumi/pulumi";
import type { SlotName } from "../../products/release";
import { type Build, cleared, groundOf } from "./build";
import { clearListener } from "./clear-listener";
import { clearRule } from "./clear-way";
import { testListener, testRule } from "./test-rules";

/** The way by which a slot is tested before it serves: a rule, or a listener where the balancer knows no headers. */
export function slotTest(
  build: Build,
  slot: SlotName,
  target: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { way, settings } = build;
  const { base, frontDoor } = groundOf(build);
  const withoutOld = (clear: (inputs: Record<string, unknown>) => Promise<void>) =>
    cleared(`${slot}-test`, clear, options);
  if (settings.balancer.type === "network") {
    const clear = ({ loadBalancerArn, port }: Record<string, unknown>) =>
      clearListener(way, String(loadBalancerArn), Number(port));
    return testListener({ slot, target }, frontDoor, base, withoutOld(clear));
  }
  const clear = ({ listenerArn, priority }: Record<string, unknown>) =>
    clearRule(way, String(listenerArn), Number(priority));
  return testRule({ slot, target }, frontDoor.listener ?? "", base, withoutOld(clear));
}
