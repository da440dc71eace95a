import type { TableKind } from "./configuration";
import type { Difference } from "./fingerprint";
import type { Product } from "./product";
import type { ReleaseRecord } from "./record";
import type { Release, SlotName } from "./release";
import type { Problem } from "./problem";

/** A snapshot that can be restored, as a remedy names it. */
export interface KnownSnapshot {
  location: string;
  version: string;
}

/** A plugin of the user's own, and where it was tested. */
export interface CustomPlugin {
  name: string;
  version: string;
  /** Where it was tested, and with which version of the gateway. */
  tested?: { where: string; with: string };
  /** What its tables hold, by name. */
  tables: Record<string, TableKind>;
}

/** When traffic may be moved forward: on these days, between these hours, in this time zone. */
export interface Window {
  days: ("Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")[];
  /** "22:00". A window whose end is not after its start ends on the next day. */
  from: string;
  to: string;
  /** An IANA name: "Europe/Berlin". */
  timeZone: string;
}

/** What a config says of how a change is to be made, rather than of what is to be there after it. */
export interface Asked {
  /** Ids of breaking changes and findings that are accepted. */
  acknowledge: string[];
  customPlugins: CustomPlugin[];
  /** Why it is fine that traffic or writes stop. */
  acceptDowntime?: string;
  window?: Window;
  /** Why the window is set aside. */
  windowOverride?: string;
  /** The stack that must have rehearsed this. */
  promotedFrom?: string;
  production: boolean;
  freeze?: "hold" | "detect";
}

/** What was read of the running gateway for this review. A part that is absent was not asked, or not to be had. */
export interface Observed {
  /** Why a standing slot that is to get traffic cannot take it. */
  unhealthy?: Partial<Record<SlotName, string[]>>;
  /** What runs in each slot, as its nodes say: "green-3.10.0-g1". */
  lives?: Partial<Record<SlotName, string>>;
  /** Why the balancer cannot be asked. */
  balancerSilent?: string;
  /** Percent by slot, where the balancer gives others than the last update recorded. */
  drifted?: { live: Record<SlotName, number>; recorded: Record<SlotName, number> };
  /** Keys of config that hold a secret set in plain: "gateway:database". */
  plainSecrets?: string[];
  /** What lies at gateway:restoreFrom: a snapshot of this product and version, or nothing. */
  restore?: { location: string; product?: string; version?: string };
  /** Files of requests in gateway:acknowledge, and why one cannot be used. */
  appliedFiles?: { file: string; wrong?: string }[];
  /** Why the platform's files cannot lie where config says, and what to do. */
  directory?: { wrong: string; remedy: string };
  /** Version of the database server that a slot's database is on: "15.18". */
  databaseServer?: Partial<Record<SlotName, string>>;
  /** Why a copy of an existing gateway's database would be less than it, or other than what is made here. */
  copy?: Problem[];
  /** Rows of the older slot's database by table, of tables that are no configuration; and its plugins, by name and setting. */
  runtime?: { tables: Record<string, number>; plugins: Record<string, number> };
  /** What was written to the older slot's configuration since it was copied for the newer one. */
  sinceSnapshot?: Difference[];
  /** How the newer slot's configuration differs from the older one's. */
  unequal?: Difference[];
  /** What was written to the newer slot's configuration since it took over; a text says why that is not known. */
  sinceCutover?: Difference[] | string;
  /** What was written to the older slot's configuration while the newer one took over. */
  duringCutover?: Difference[] | string;
}

/** All that rules look at: what was, what is to be, and what is asked of the way there. */
export interface Change {
  product: Product;
  platform: string;
  strategy: string;
  /** The release that the last update recorded; undefined on a new stack. */
  previous?: ReleaseRecord;
  /** What the balancer really does now; undefined where there is none yet or it cannot be asked. */
  live?: Record<SlotName, number>;
  next: Release;
  asked: Asked;
  /** Whether the Admin API is reached through a balancer that can turn writes away. Default: it is. */
  holds?: boolean;
  /** The moment of the review. */
  now: Date;
  /** The last release of the stack that promotedFrom names; undefined where it has none. */
  promoted?: ReleaseRecord;
  observed: Observed;
  /** Slots whose database password differs from the recorded one. */
  changedPasswords: SlotName[];
  /** Slots whose secret settings differ from the recorded ones. Default: none. */
  changedSecrets?: SlotName[];
  /** The config key of a slot's password. Default: the one for all slots. */
  passwordKeys?: Partial<Record<SlotName, string>>;
  /** The config key that decides where slots are. Default: the slot's own. */
  placeKey?: string;
  /** The newest snapshot of this stack, if there is one. */
  lastSnapshot?: KnownSnapshot;
  /** The gateway version that a new stack's first database is filled at (gateway:restoreFrom). */
  restoredVersion?: string;
}
