import type { KnownSnapshot } from "../products/change";
import type { Difference } from "../products/fingerprint";
import type { Release, SlotName } from "../products/release";
import type { Problem } from "../products/problem";
import type { Probe } from "./smoke-checks";
import type { SlotContext } from "./slot-context";

/** What the traffic does now. */
export interface LiveTraffic {
  /** Undefined where there is no balancer yet, or it cannot be asked. */
  weights?: Record<SlotName, number>;
  /** Whether what the balancer has is what the release wants. One that exists and cannot be asked counts as different. */
  asWanted: boolean;
  /** Why it cannot be asked. */
  silent?: string;
}

/** What a slot's database holds, for reviews and gates. Reads, never writes; throws where it cannot be asked. */
export interface ConfigurationReader {
  /** Version of the database server: "15.18". */
  server: (context: SlotContext) => Promise<string>;
  /** Rows of what is no configuration, by table, and plugins whose run-time data a copy does not follow, by name. */
  runtime: (
    context: SlotContext,
  ) => Promise<{ tables: Record<string, number>; plugins: Record<string, number> }>;
  /** What was written to the older slot's configuration since it was copied for the newer one. */
  sinceSnapshot: (older: SlotContext, newer: SlotContext) => Promise<Difference[]>;
  /** How the newer slot's configuration differs from the older one's, beyond what its migrations and `apply` changed. */
  unequal: (older: SlotContext, newer: SlotContext) => Promise<Difference[]>;
  /** What was written to the newer slot's configuration since it took over; undefined when it never did. */
  sinceCutover: (newer: SlotContext) => Promise<Difference[] | undefined>;
}

/** A snapshot of this stack, as the platform keeps it. */
export interface StackSnapshot extends KnownSnapshot {
  /** Why it was taken: "before-green-3.10.0-g1", or as the last of a database. */
  reason: string;
}

/** What a gateway that runs says of itself. Reviews and gates read it; nothing here writes. */
export interface LiveGateway {
  /** What the balancer does, against what the release wants of it. */
  traffic: (release: Release) => Promise<LiveTraffic>;
  /** Why a slot cannot take traffic: a node that is not ready, or not at the slot's version. Empty when it can. */
  health: (context: SlotContext) => Promise<string[]>;
  /** Where a slot's nodes are tested, before they serve anybody: by the name of what is asked. */
  probes: (context: SlotContext) => Promise<Record<string, Probe>>;
  /** Which life runs in each slot, as the platform itself says. */
  lives: () => Promise<Partial<Record<SlotName, string>>>;
  /** Every whole snapshot of this stack, the newest first. */
  snapshots: () => Promise<StackSnapshot[]>;
  /** What lies at a location: a snapshot of this product and version. Undefined where there is none. */
  snapshotAt: (location: string) => Promise<{ product: string; version: string } | undefined>;
  /** What is wrong with copying an existing gateway's database for the newer slot. Absent where nothing can be. */
  copyProblems?: (older: SlotContext, newer: SlotContext) => Promise<Problem[]>;
  /** Absent where the product's configuration is in no database that can be read. */
  configuration?: ConfigurationReader;
  /** Waits until nothing that an earlier update left running works here any more; says for what. */
  othersEnded: (say: (text: string) => void) => Promise<void>;
}
