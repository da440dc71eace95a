import * as pulumi from "@pulumi/pulumi";
import type { TrafficReport } from "../products/record";
import type { Release } from "../products/release";
import type { Platform } from "./platform";

export interface TrafficSplitArgs {
  platform: Platform;
  release: Release;
  /**
   * New whenever the balancer has other weights than are wanted, so that they are written though the recorded inputs
   * are equal. Undefined: nothing differs, and what is recorded stays.
   */
  reconcile?: string;
  /** Runs before a write, never when nothing changes; the write is not made when it throws. */
  gate: pulumi.ResourceHook;
}

/** The weights of the two slots, in one place. Nothing before it gives a slot users' traffic. */
export class TrafficSplit extends pulumi.ComponentResource {
  /** What the balancer was told, and when. The record of a release is made from it. */
  readonly report: pulumi.Output<TrafficReport>;

  constructor(name: string, args: TrafficSplitArgs, options: pulumi.ComponentResourceOptions) {
    super("gateway:index:TrafficSplit", name, {}, options);
    const { platform, release, reconcile, gate } = args;
    const hooks = { beforeCreate: [gate], beforeUpdate: [gate] };
    this.report = platform.weights(name, release, reconcile, { parent: this, hooks });
    this.registerOutputs();
  }
}
