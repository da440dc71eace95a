import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";

/**
 * Stands between the slots and the weights. It does nothing when made and takes all weights to 0 when it goes: without
 * it, a destroy after a write that failed would meet nodes that still have weight, and never end.
 */
export class TrafficHold extends pulumi.ComponentResource {
  constructor(name: string, { platform }: { platform: Platform }, options: pulumi.ComponentResourceOptions) {
    super("gateway:index:TrafficHold", name, {}, options);
    platform.hold(name, { parent: this });
    this.registerOutputs();
  }
}
