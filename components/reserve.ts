import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";
import type { SlotContext } from "./slot-context";

export interface ReserveArgs {
  platform: Platform;
  context: SlotContext;
}

/**
 * The first resource of a slot's life, on which all others depend. Its create cannot fail and its delete sweeps what
 * carries the slot's name, version and generation: a create that fails has no state of its own, and what it left would
 * be seen by neither a revert nor a destroy.
 */
export class Reserve extends pulumi.ComponentResource {
  constructor(name: string, { platform, context }: ReserveArgs, options: pulumi.ComponentResourceOptions) {
    super("gateway:index:Reserve", name, {}, options);
    platform.reserve(`${name}-reserve`, context, { parent: this });
    this.registerOutputs();
  }
}
