import type * as pulumi from "@pulumi/pulumi";
import type { SlotName } from "../../products/release";
import { type Build, groundOf } from "./build";
import { cleared } from "./cleared";
import { listenerCleared } from "./clear-listener";
import { ruleCleared } from "./clear-way";
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
  return settings.balancer.type === "network"
    ? testListener({ slot, target }, frontDoor, base, withoutOld(listenerCleared(way)))
    : testRule({ slot, target }, frontDoor.listener ?? "", base, withoutOld(ruleCleared(way)));
}
