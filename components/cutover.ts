import * as pulumi from "@pulumi/pulumi";
import type { CutoverReport, FreezeMode } from "../products/freeze";
import type { Release } from "../products/release";
import type { Platform } from "./platform";

export interface CutoverArgs {
  platform: Platform;
  release: Release;
  freeze: FreezeMode;
}

/**
 * Once the slot that was relieved has drained, the slot with all the weight is the one whose Admin API is used. Its
 * configuration at that moment is noted: a rollback tells what was written since.
 */
export class Cutover extends pulumi.ComponentResource {
  /** Who holds all the weight, and what was written too late to be on it. */
  readonly report: pulumi.Output<CutoverReport>;

  constructor(
    name: string,
    { platform, release, freeze }: CutoverArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:Cutover", name, {}, options);
    this.report = platform.cutover(name, release, freeze, { parent: this });
    this.registerOutputs();
  }
}
