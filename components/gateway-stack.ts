import * as pulumi from "@pulumi/pulumi";
import type { Platform, SlotContext } from "./platform";

export interface GatewayStackArgs {
  platform: Platform;
  context: SlotContext;
  /** Location of the snapshot that its database is filled from, read once; "" leaves it empty. */
  fillFrom: pulumi.Input<string>;
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
    const { platform, context, fillFrom } = args;
    this.nodes = context.slot.existing ? [] : this.build(name, platform, context, fillFrom);
    this.registerOutputs();
  }

  private build(name: string, platform: Platform, context: SlotContext, fillFrom: pulumi.Input<string>) {
    const child = { parent: this };
    const filledFrom = platform.database(`${name}-database`, context, fillFrom, child);
    let before: pulumi.Resource[] = [];
    for (const task of platform.product.tasks) {
      const run = platform.task(`${name}-${task.name}`, context, task, filledFrom, {
        ...child,
        dependsOn: before,
      });
      before = [run];
    }
    return platform.nodes(name, context, { ...child, dependsOn: before });
  }
}
