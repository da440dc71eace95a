import * as pulumi from "@pulumi/pulumi";
import type { SmokeCheck } from "../products/operation";
import type { Platform } from "./platform";
import type { SlotContext } from "./slot-context";
import type { SmokeTestLimits } from "./smoke-checks";

export interface SmokeTestArgs {
  platform: Platform;
  context: SlotContext;
  checks: SmokeCheck[];
  limits: SmokeTestLimits;
  /** What the slot's nodes put out: the test is made anew with them. */
  nodes: pulumi.Output<unknown>[];
}

/** HTTP checks against each node of a slot directly, whether or not it has traffic. The traffic waits for it. */
export class SmokeTest extends pulumi.ComponentResource {
  constructor(name: string, args: SmokeTestArgs, options: pulumi.ComponentResourceOptions) {
    super("gateway:index:SmokeTest", name, {}, options);
    const { platform, context, checks, limits, nodes } = args;
    platform.smokeTest(`${name}-smoke-test`, context, { checks, limits, nodes }, { parent: this });
    this.registerOutputs();
  }
}
