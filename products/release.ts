import { compareVersions } from "./version";

/** The two colours. Which of them is the older changes from upgrade to upgrade: they take turns. */
export type SlotName = "blue" | "green";

export const slotNames: readonly SlotName[] = ["blue", "green"];

/** A gateway, database and Admin API that somebody else made: referred to, never created, changed or deleted. */
export interface ExistingGateway {
  /** Where its nodes take users' traffic, as "host:port"; on AWS its target group knows. */
  addresses: string[];
  /** Base URL of its Admin API; "" where none is asked. */
  adminApi: string;
  /** Base URL of its status API; "" where none is asked. */
  statusApi: string;
  /** On AWS: the target group that it serves in. */
  targetGroup?: string;
  /** Where its database is, on AWS the instance's identifier; the password is no part of a release. */
  database: { host: string; port: number; name: string; user: string };
}

/** One slot of a release, as the config asks for it. Holds nothing secret. */
export interface Slot {
  version: string;
  generation: number;
  nodes: number;
  settings: Record<string, unknown>;
  existing?: ExistingGateway;
  /** What the platform binds the slot to: its addresses, where its database lies. */
  place: Record<string, unknown>;
  /** Version of the server that config gives its database: "16.8". Absent where only the server itself knows. */
  databaseServer?: string;
  /** What it runs on, by config key without the prefix: none of it changes together with a version. */
  site?: Record<string, unknown>;
}

/** What is secret of a slot. No part of a release: it goes to the owner-only file and nowhere else. */
export interface SlotSecrets {
  /** Of its database, where config gives one. */
  password?: string;
  /** Environment of its nodes and tasks, by variable. */
  environment: Record<string, string>;
}

/** The secrets that config gives, by slot. */
export type Secrets = Partial<Record<SlotName, SlotSecrets>>;

/** What a stack's config asks for: one slot, or two beside each other, and how traffic is split over them. */
export interface Release {
  slots: Partial<Record<SlotName, Slot>>;
  weights: Record<SlotName, number>;
  /** The slot that is upgraded from; with one slot, that one. */
  older: SlotName;
  /** The slot that is upgraded to; undefined with one slot. */
  newer?: SlotName;
  /** How it is carried out. Default: the product's first strategy, on a database of each slot's own. */
  strategy?: string;
  /** Where a product has one: it is upgraded in place, and the slots are those of its data planes. */
  controlPlane?: ControlPlane;
}

/** The strategy with both slots on one database, which config gives: no slot owns it, fills it or drops it. */
export const sharedDatabase = "blue-green-shared-database";

/** Whether both slots are on the one database that config gives. */
export function sharesDatabase({ strategy }: Pick<Release, "strategy">): boolean {
  return strategy === sharedDatabase;
}

/** The control plane that both slots' data planes belong to. */
export interface ControlPlane {
  version: string;
  settings: Record<string, unknown>;
}

/** How many nodes take a slot's traffic. */
export function capacityOf(slot: Slot): number {
  const { existing, nodes } = slot;
  return existing && existing.targetGroup === undefined ? existing.addresses.length : nodes;
}

/** The other colour. */
export function otherSlot(name: SlotName): SlotName {
  return name === "blue" ? "green" : "blue";
}

/** The slots that are there, the older one first. */
export function slotsOf(release: Release): { name: SlotName; slot: Slot }[] {
  const names = release.newer ? [release.older, release.newer] : [release.older];
  return names.flatMap((name) => {
    const slot = release.slots[name];
    return slot ? [{ name, slot }] : [];
  });
}

/**
 * Which slot is upgraded from and which to: by version, all four parts of it, and at equal versions by `source`.
 * A function of the config alone, so that a second update finds the same graph and a revert is exact.
 */
export function olderAndNewer(
  slots: Partial<Record<SlotName, Pick<Slot, "version">>>,
  source: SlotName | undefined,
): { older: SlotName; newer?: SlotName } | undefined {
  const { blue, green } = slots;
  if (!blue || !green) return blue ? { older: "blue" } : green ? { older: "green" } : undefined;
  const order = compareVersions(blue.version, green.version);
  const older = order === 0 ? source : order < 0 ? "blue" : "green";
  return older && { older, newer: otherSlot(older) };
}

/** The slot that has all the weight, if one has. */
export function holderOf(weights: Record<SlotName, number>): SlotName | undefined {
  return slotNames.find((name) => weights[name] === 100);
}

/**
 * The identity of one slot's life, which names all that holds its data: "green-3.10.0-g1". Two lives never share
 * a name, so what holds data is created and deleted, never replaced.
 */
export function lifeOf(name: SlotName, slot: Pick<Slot, "version" | "generation">): string {
  return `${name}-${slot.version}-g${slot.generation}`;
}
