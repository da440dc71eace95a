import * as pulumi from "@pulumi/pulumi";
import type { TrafficReport } from "../products/record";
import { type Release, slotNames } from "../products/release";
import type { Platform } from "./platform";

export interface DrainArgs {
  platform: Platform;
  release: Release;
  /** Its mark is new at every write of the weights, so no write goes undrained. */
  report: pulumi.Output<TrafficReport>;
}

/**
 * Waits until the slots without weight answer no request any more. At the limit it fails with their count: the weights
 * stay moved, nothing is deleted, and the next update waits on.
 */
export class Drain extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, release, report }: DrainArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:Drain", name, {}, options);
    const idle = slotNames.filter((slot) => release.weights[slot] === 0);
    const mark = report.apply((written) => written.mark);
    platform.drain(name, idle, mark, { parent: this });
    this.registerOutputs();
  }
}
