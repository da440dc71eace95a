import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";
import type { SlotContext } from "./slot-context";

export interface DatabaseSnapshotArgs {
  platform: Platform;
  /** The slot whose database is copied. */
  of: SlotContext;
  /** The slot that is filled from it. */
  filling: SlotContext;
}

/**
 * A snapshot of the older slot's database, verified, from which the newer one is filled. It is kept when it leaves the
 * stack. A rerun uses the one that was taken; a higher generation, or the same upgrade anew, takes another.
 */
export class DatabaseSnapshot extends pulumi.ComponentResource {
  /** Where it lies; minted when it is made. */
  readonly location: pulumi.Output<string>;

  constructor(
    name: string,
    { platform, of, filling }: DatabaseSnapshotArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:DatabaseSnapshot", name, {}, options);
    this.location = platform.snapshot(name, { of, filling }, { parent: this });
    this.registerOutputs({ location: this.location });
  }
}
