import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";
import type { SlotContext } from "./slot-context";

export interface DestructiveTasksArgs {
  platform: Platform;
  /** The slot that is left. */
  context: SlotContext;
  /** Runs before the first time; nothing is done when it throws. */
  gate: pulumi.ResourceHook;
}

/**
 * The half of the migrations that no other version can live with, on a database that slots shared: the point of no
 * return. It comes after everything else, once one slot is left in the config; with nothing to do it does nothing.
 */
export class DestructiveTasks extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, context, gate }: DestructiveTasksArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:DestructiveTasks", name, {}, options);
    const hooks = { beforeCreate: [gate] };
    let before: pulumi.Resource[] = [];
    for (const task of platform.product.tasks.filter(({ destructive }) => destructive)) {
      const child = { parent: this, hooks, dependsOn: before };
      before = [platform.destructiveTask(`${name}-${task.name}`, context, task, child)];
    }
    this.registerOutputs();
  }
}
