import type * as pulumi from "@pulumi/pulumi";
import type { CutoverReport, FreezeMode } from "../products/freeze";
import type { TrafficReport } from "../products/record";
import type { Operation, SmokeCheck, Task } from "../products/operation";
import type { Release, Secrets, SlotName } from "../products/release";
import type { AppliedFile } from "./applied-requests";
import type { LiveGateway } from "./live-gateway";
import type { SlotContext } from "./slot-context";
import type { SmokeTestLimits } from "./smoke-checks";

/** How long each step may take, in seconds. */
export interface Timeouts {
  snapshot: number;
  database: number;
  migration: number;
  start: number;
  stop: number;
  weights: number;
  lock: number;
}

type Options = pulumi.CustomResourceOptions;

/**
 * All that a strategy asks of where a gateway runs. Each method makes the resources of one piece; none of them knows
 * which product it is for beyond what it is handed, nor in which order the pieces stand.
 */
export interface Platform {
  product: Operation;
  /** What the gateway says of itself, as far as it runs. */
  live: LiveGateway;
  /** Whether the Admin API is reached through a balancer of ours, which can turn writes away. */
  holds: boolean;
  /** Ports of a node that a smoke test reaches. */
  testedPorts: readonly string[];

  /** The secrets that config gives, in the one kind of place that commands and nodes read them from. */
  credentials: (name: string, secrets: pulumi.Input<Secrets>, options: Options) => void;
  /** What both slots stand on: the balancer, and the server of the databases that slots have of their own. */
  foundation: (release: Release, options: Options) => pulumi.Resource[];
  /** Takes the slot's place: its create cannot fail, its delete sweeps what carries the slot's life. */
  reserve: (name: string, context: SlotContext, options: Options) => pulumi.Resource;
  /** Closes the Admin API for writes while it stands. */
  freeze: (
    name: string,
    slots: { older: SlotName; newer: SlotName; shared: boolean },
    options: Options,
  ) => pulumi.Resource;
  /** A snapshot of a slot's database that another slot is to be filled from, verified; its location is minted when it is made. */
  snapshot: (
    name: string,
    slots: { of: SlotContext; filling: SlotContext },
    options: Options,
  ) => pulumi.Output<string>;
  /** The slot's database, filled from a snapshot ("" leaves it empty); its delete takes a last snapshot. */
  database: (
    name: string,
    context: SlotContext,
    fillFrom: pulumi.Input<string>,
    options: Options,
  ) => pulumi.Output<string>;
  /** One command of the product, once, on the slot's database. */
  task: (
    name: string,
    context: SlotContext,
    task: Task,
    filledFrom: pulumi.Input<string>,
    options: Options,
  ) => pulumi.Resource;
  /**
   * A destructive task, on the database that slots share. What another slot still runs on it is drained and stopped first;
   * it refuses while that has weight, or this slot not all of it.
   */
  destructiveTask: (name: string, context: SlotContext, task: Task, options: Options) => pulumi.Resource;
  /** The slot's nodes, ready and at their version. What they put out changes when they are made anew. */
  nodes: (
    name: string,
    context: SlotContext,
    options: Options,
  ) => { resource: pulumi.Resource; output: pulumi.Output<unknown> }[];
  /** Sends files of requests to the slot's Admin API, once in its life. */
  apply: (name: string, context: SlotContext, files: AppliedFile[], options: Options) => pulumi.Resource;
  /** Tests a slot that need not serve anybody yet; made anew with the slot's nodes. */
  smokeTest: (
    name: string,
    context: SlotContext,
    test: { checks: SmokeCheck[]; limits: SmokeTestLimits; nodes: pulumi.Output<unknown>[] },
    options: Options,
  ) => pulumi.Resource;
  /** Does nothing when made; takes all weights to 0 when it goes. */
  hold: (name: string, options: Options) => pulumi.Resource;
  /** The balancer's weights. Writes when its inputs change, and when `reconcile` is new. */
  weights: (
    name: string,
    release: Release,
    reconcile: string | undefined,
    options: Options,
  ) => pulumi.Output<TrafficReport>;
  /** Waits until slots without weight answer no request any more; anew at every write of the weights. */
  drain: (name: string, slots: SlotName[], mark: pulumi.Input<string>, options: Options) => pulumi.Resource;
  /** Makes the slot that has all the weight the one whose Admin API is used, and notes how its configuration is. */
  cutover: (
    name: string,
    release: Release,
    freeze: FreezeMode,
    options: Options,
  ) => pulumi.Output<CutoverReport>;
}
