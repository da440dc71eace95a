import * as pulumi from "@pulumi/pulumi";
import type { AppliedFile } from "./applied-requests";
import type { Platform } from "./platform";
import type { SlotContext } from "./slot-context";

export interface GatewayStackArgs {
  platform: Platform;
  context: SlotContext;
  /**
   * Location of the snapshot that its database is filled from, read once; "" leaves it empty. On a shared database, that
   * of the snapshot of it before this slot came.
   */
  fillFrom: pulumi.Input<string>;
  /** Files of requests to its Admin API, sent once its nodes run. */
  apply: AppliedFile[];
  /**
   * Its database is the one that config gives for both slots: none is made here, and destructive tasks wait until one
   * slot is left.
   */
  shared: boolean;
}

/**
 * One slot: its database, the migrations to its version, its nodes. The same in every role, whether the slot is the
 * older one, the newer one or alone. An existing gateway's is empty: nothing of it is made here.
 */
export class GatewayStack extends pulumi.ComponentResource {
  /** What the nodes put out; new when they are made anew. */
  readonly nodes: pulumi.Output<unknown>[];

  constructor(name: string, args: GatewayStackArgs, options: pulumi.ComponentResourceOptions) {
    super("gateway:index:GatewayStack", name, {}, options);
    this.nodes = args.context.slot.existing ? [] : this.build(name, args);
    this.registerOutputs();
  }

  private build(name: string, { platform, context, fillFrom, apply, shared }: GatewayStackArgs) {
    const child = { parent: this };
    const filledFrom = shared ? fillFrom : platform.database(`${name}-database`, context, fillFrom, child);
    let before: pulumi.Resource[] = [];
    for (const task of platform.product.tasks.filter(({ destructive }) => !(shared && destructive))) {
      const run = platform.task(`${name}-${task.name}`, context, task, filledFrom, {
        ...child,
        dependsOn: before,
      });
      before = [run];
    }
    const nodes = platform.nodes(name, context, { ...child, dependsOn: before });
    const resources = nodes.map(({ resource }) => resource);
    if (apply.length > 0) platform.apply(`${name}-apply`, context, apply, { ...child, dependsOn: resources });
    return nodes.map(({ output }) => output);
  }
}
