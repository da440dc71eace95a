import * as pulumi from "@pulumi/pulumi";
import type { SlotName } from "../products/release";
import type { Platform } from "./platform";

export interface FreezeArgs {
  platform: Platform;
  older: SlotName;
  newer: SlotName;
  /** Whether both slots are on one database: nothing is copied then, and the reason is another one. */
  shared: boolean;
}

/**
 * Closes the Admin API for writes before the configuration is copied: what is written after the copy would be missing
 * on the newer slot. It opens when the upgrade is taken back or its older slot retires; `Cutover` opens it on success.
 */
export class Freeze extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, older, newer, shared }: FreezeArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:Freeze", name, {}, options);
    platform.freeze(`${name}-freeze`, { older, newer, shared }, { parent: this });
    this.registerOutputs();
  }
}
