import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../products/release";
import type { Platform } from "./platform";

export interface CutoverArgs {
  platform: Platform;
  release: Release;
}

/** Once the slot that was relieved has drained, the slot with all the weight is the one whose Admin API is used. */
export class Cutover extends pulumi.ComponentResource {
  constructor(name: string, { platform, release }: CutoverArgs, options: pulumi.ComponentResourceOptions) {
    super("gateway:index:Cutover", name, {}, options);
    platform.cutover(name, release, { parent: this });
    this.registerOutputs();
  }
}
