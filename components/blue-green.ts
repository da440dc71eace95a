import * as pulumi from "@pulumi/pulumi";
import type { SmokeCheck } from "../products/operation";
import type { TrafficReport } from "../products/record";
import type { CutoverReport, FreezeMode } from "../products/freeze";
import { type Release, type Secrets, sharesDatabase } from "../products/release";
import { checkAlone } from "./alone-gate";
import type { AppliedFile } from "./applied-requests";
import { Credentials } from "./credentials";
import { Cutover } from "./cutover";
import { DatabaseSnapshot } from "./database-snapshot";
import { DestructiveTasks } from "./destructive-tasks";
import { Drain } from "./drain";
import { Freeze } from "./freeze";
import { checkTrafficGate } from "./gates";
import { GatewayStack } from "./gateway-stack";
import type { Platform } from "./platform";
import { contextsOf, type SlotContext } from "./slot-context";
import { Reserve } from "./reserve";
import type { SmokeTestLimits } from "./smoke-checks";
import { SmokeTest } from "./smoke-test";
import { TrafficHold } from "./traffic-hold";
import { TrafficSplit } from "./traffic-split";

export interface BlueGreenGatewayArgs {
  platform: Platform;
  release: Release;
  /** What config gives, by slot. */
  secrets: pulumi.Input<Secrets>;
  /** What a slot is asked before it gets traffic, and how often. */
  smokeTests: { checks: SmokeCheck[]; limits: SmokeTestLimits };
  /** Lives that stood before this update: a rollback goes back to one, and asks only whether it is healthy. */
  stood: string[];
  /** Location of a snapshot that fills the older slot's database when it is made; "" leaves it empty. */
  restoreFrom: string;
  /** Whether configuration is held while it is copied, or changes of it are only detected. */
  freeze: FreezeMode;
  /** Requests to the newer slot's Admin API that breaking changes ask for, sent after its migrations. */
  apply: AppliedFile[];
  /** As `TrafficSplitArgs.reconcile`. */
  reconcile?: string;
}

/**
 * A gateway with one slot, or with two beside each other while an upgrade is under way: the newer slot has a database of
 * its own, filled from the older one's and migrated, so the older slot stays as it was and traffic can go back to it. On a
 * shared database only what the older slot can live with is migrated while there are two; the rest comes last.
 */
export class BlueGreenGateway extends pulumi.ComponentResource {
  /** What the balancer was told last. */
  readonly report: pulumi.Output<TrafficReport>;
  /** Location of the snapshot that the newer slot was filled from; undefined with one slot. */
  readonly snapshot: pulumi.Output<string> | undefined;
  /** Who holds all the weight, and what was written too late to be on it. */
  readonly cutover: pulumi.Output<CutoverReport>;

  constructor(name: string, args: BlueGreenGatewayArgs, options?: pulumi.ComponentResourceOptions) {
    super("gateway:index:BlueGreenGateway", name, {}, options);
    const { platform, release, restoreFrom, reconcile } = args;
    const child = (...dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn });

    const credentials = new Credentials("credentials", { platform, secrets: args.secrets }, child());
    const foundation = platform.foundation(release, child(credentials));

    const shared = sharesDatabase(release);
    const [older, newer] = contextsOf(release) as [SlotContext, SlotContext?];
    const olderReserve = new Reserve(older.life, { platform, context: older }, child(...foundation));
    const olderStack = new GatewayStack(
      older.life,
      { platform, context: older, fillFrom: restoreFrom, apply: [], shared },
      child(olderReserve),
    );
    const slots: pulumi.Resource[] = [olderReserve, olderStack, ...this.test(args, older, olderStack)];

    if (newer) {
      const both = { platform, older: older.name, newer: newer.name, shared };
      const freeze = args.freeze === "hold" ? [new Freeze(newer.name, both, child(...foundation))] : [];
      const reserve = new Reserve(newer.life, { platform, context: newer }, child(...foundation, ...freeze));
      const snapshot = new DatabaseSnapshot(
        `before-${newer.life}`,
        { platform, of: older, filling: newer },
        child(olderStack, reserve),
      );
      const newerStack = new GatewayStack(
        newer.life,
        { platform, context: newer, fillFrom: snapshot.location, apply: args.apply, shared },
        child(reserve, snapshot),
      );
      slots.push(reserve, newerStack, ...this.test(args, newer, newerStack));
      this.snapshot = snapshot.location;
    }

    const hold = new TrafficHold("hold", { platform }, child(...slots));
    // Where two resources move the traffic, one after the other, one look is enough: it may read whole databases.
    let passed: Promise<void> | undefined;
    const gate = new pulumi.ResourceHook(
      "traffic-gate",
      () => (passed ??= checkTrafficGate(platform, release, args.smokeTests, args.stood)),
    );
    const traffic = new TrafficSplit("traffic", { platform, release, reconcile, gate }, child(hold));
    const drain = new Drain("drain", { platform, release, report: traffic.report }, child(traffic));
    const cutover = new Cutover("cutover", { platform, release, freeze: args.freeze }, child(drain));

    if (shared && !newer) {
      const alone = new pulumi.ResourceHook("alone-gate", () => checkAlone(platform, release, older));
      new DestructiveTasks(older.life, { platform, context: older, gate: alone }, child(cutover));
    }

    this.report = traffic.report;
    this.cutover = cutover.report;
    this.registerOutputs();
  }

  /** Every slot that is made here is tested; an existing gateway serves already, and the gate asks it. */
  private test(
    { platform, smokeTests }: BlueGreenGatewayArgs,
    context: SlotContext,
    stack: GatewayStack,
  ): SmokeTest[] {
    if (context.slot.existing) return [];
    const args = { platform, context, ...smokeTests, nodes: stack.nodes };
    return [new SmokeTest(context.life, args, { parent: this, dependsOn: [stack] })];
  }
}
