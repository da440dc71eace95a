import assert from "node:assert/strict";
import fc from "fast-check";
import { products } from "../../products/catalogue";
import type { Product } from "../../products/product";
import {
  lifeOf,
  olderAndNewer,
  otherSlot,
  type Release,
  type Slot,
  type SlotName,
  slotsOf,
} from "../../products/release";
import { review } from "../../products/rule";
import { commonRules } from "../../products/rules/catalogue";
import { changeOf } from "./changes";
import { release, slot } from "./releases";

/** Versions of a product that lie close to each other, so that many steps between them are accepted; the first is where a walk starts. */
const versionsOf: Record<string, string[]> = {
  kong: ["3.9.1", "3.8.0", "3.9.2", "3.10.0", "3.10.0.1", "3.11.0", "3.12.0"],
  api7: ["3.7.0", "3.6.1", "3.7.1", "3.8.0", "3.8.1", "3.9.0"],
  axway: ["7.6.2", "7.5.3", "7.7.20230228", "7.7.20240228", "7.7.20240530"],
  jahia: ["7.3.1.0", "7.2.3.2", "7.3.2.0", "8.0.0.0", "8.1.0.0"],
};

/** One product, by the rules that hold for all: its own have tests of their own, and ask for settings. */
export interface Walker {
  product: Product;
  versions: string[];
  start: Release;
}

export const walkers: Walker[] = Object.values(products).map((product) => {
  const versions = versionsOf[product.name];
  if (!versions?.[0]) throw new Error(`a new product, ${product.name}: name some of its versions here`);
  const start = release({ blue: slot(versions[0]) }, 100);
  // Ahead of the data planes, as it has to be, so that most walks lead somewhere.
  const controlPlane = { version: versions[3] ?? versions[0], settings: {} };
  return {
    product: { ...product, rules: [], breakingChanges: [] },
    versions,
    start: product.controlPlane ? { ...start, controlPlane } : start,
  };
});

export type Weights = Record<SlotName, number>;

/** Errors of all rules that hold for every product. */
export function errorsOf(
  { product }: Walker,
  previous: Release,
  next: Release,
  live?: Weights,
  observed = {},
) {
  const asked = { acknowledge: [], customPlugins: [], production: false, acceptDowntime: "It is a test." };
  const change = changeOf({ product, previous, next, live, asked, observed });
  const { findings } = review(commonRules, change, ["last release", "live gateway"]);
  return findings.filter(({ severity }) => severity === "error");
}

/** The release with these slots in place of its own; undefined where it has none. */
export function withSlots(
  base: Release,
  changed: Partial<Record<SlotName, Slot | undefined>>,
  { source = base.older, blue }: { source?: SlotName; blue?: number } = {},
): Release | undefined {
  const slots = Object.fromEntries(
    Object.entries({ ...base.slots, ...changed }).filter(([, each]) => each !== undefined),
  ) as Partial<Record<SlotName, Slot>>;
  const order = olderAndNewer(slots, source);
  if (!order) return undefined;
  const weight = !slots.green ? 100 : !slots.blue ? 0 : (blue ?? base.weights.blue);
  const { controlPlane } = base;
  const weights = { blue: weight, green: 100 - weight };
  return { slots, weights, ...order, ...(controlPlane ? { controlPlane } : {}) };
}

/** A change as people make them: of one key, of several, or a revert; and how far its update gets. */
export interface Step {
  /** The next thing of an upgrade, so that walks lead somewhere; the rest of the step counts only without it. */
  intent?: "upgrade" | "shift" | "finalize";
  colour?: SlotName;
  slot?: Slot;
  weight?: number;
  controlPlane?: string;
  source: SlotName;
  revert: boolean;
  /** "created": killed before the weights; "weighted": before anything was recorded; "recorded": before deletes. */
  until: "created" | "weighted" | "recorded" | "end";
}

export function steps({ versions, start }: Walker): fc.Arbitrary<Step[]> {
  const version = fc.constantFrom(...versions);
  const one = fc.record(
    {
      intent: fc.constantFrom<NonNullable<Step["intent"]>>("upgrade", "shift", "finalize"),
      colour: fc.constantFrom<SlotName>("blue", "green"),
      slot: fc
        .record({
          version,
          generation: fc.integer({ min: 1, max: 2 }),
          nodes: fc.integer({ min: 1, max: 2 }),
        })
        .map(({ version, ...other }) => slot(version, other)),
      weight: fc.constantFrom(0, 50, 100),
      source: fc.constantFrom<SlotName>("blue", "green"),
      revert: fc.constantFrom(false, false, false, true),
      until: fc.constantFrom<Step["until"]>("end", "end", "end", "created", "weighted", "recorded"),
      ...(start.controlPlane ? { controlPlane: version } : {}),
    },
    { requiredKeys: ["source", "revert", "until"] },
  );
  return fc.array(one, { minLength: 5, maxLength: 40 });
}

/** The next thing of an upgrade, whatever may be wrong with it: a slot beside the only one, all weight to it, the older one gone. */
function intended({ record, intent, slot: wanted }: { record: Release } & Pick<Step, "intent" | "slot">) {
  const { older, newer } = record;
  if (intent === "finalize") return newer && withSlots(record, { [older]: undefined });
  if (intent === "shift") return newer && withSlots(record, {}, { blue: newer === "blue" ? 100 : 0 });
  return newer ? undefined : withSlots(record, { [otherSlot(older)]: wanted });
}

/** What a step asks for after this release; undefined where it is no release. */
export function nextOf(before: Release, reverted: Release, step: Step): Release | undefined {
  if (step.revert) return reverted;
  if (step.intent) return intended({ record: before, ...step });
  const changed = step.colour ? { [step.colour]: step.slot } : {};
  const next = withSlots(before, changed, { source: step.source, blue: step.weight });
  if (!next || !step.controlPlane || !next.controlPlane) return next;
  return { ...next, controlPlane: { ...next.controlPlane, version: step.controlPlane } };
}

const livesOf = (of: Release) => slotsOf(of).map(({ name, slot }) => ({ name, life: lifeOf(name, slot) }));

/** What stands, as updates that may be interrupted leave it: by the order of an upgrade, not by what rules say. */
export class World {
  /** Each life's database: whether it holds what the first one held. */
  readonly databases = new Map<string, boolean>();
  readonly snapshots = new Set<string>();
  live: Weights;

  constructor(public record: Release) {
    this.live = record.weights;
    this.takeOver(record);
    for (const { life } of livesOf(record)) this.databases.set(life, true);
  }

  /** The life of a slot that takes traffic now. */
  private readonly serving = new Map<SlotName, string>();

  private takeOver(next: Release) {
    this.live = next.weights;
    this.serving.clear();
    for (const { name, life } of livesOf(next)) if (next.weights[name] > 0) this.serving.set(name, life);
  }

  /** Carries a change out up to where it is interrupted, and asserts what must hold at each moment of it. */
  update(next: Release, until: Step["until"]): void {
    const wanted = livesOf(next);
    for (const name of this.serving.keys()) {
      // What is newer may leave while it serves: the older one takes its traffic back. Nothing takes back the older one's.
      if (!next.slots[name]) assert.notEqual(name, this.record.older, `${name} leaves while it serves`);
    }
    for (const { name, life } of wanted) {
      const serves = this.serving.get(name);
      if (serves === undefined || serves === life) continue;
      // No rule can know a life that was never recorded: its nodes refuse to go while they have weight.
      assert.equal(this.record.slots[name], undefined, `${serves} serves, and ${life} takes its place`);
      return;
    }
    for (const { name, life } of wanted) {
      if (this.databases.has(life)) continue;
      const source = wanted.find((each) => each.name === next.older)?.life ?? "";
      const isCopy = name === next.newer;
      if (isCopy) this.snapshots.add(source);
      this.databases.set(life, isCopy && this.databases.get(source) === true);
    }
    if (until === "created") return;

    for (const { name, life } of wanted.filter(({ name }) => next.weights[name] > 0)) {
      assert.ok(this.databases.get(life), `${life} serves (${name}) with an empty database`);
    }
    this.takeOver(next);
    if (until === "weighted") return;
    this.record = next;
    if (until === "recorded") return;
    for (const life of this.databases.keys()) {
      if (wanted.some((each) => each.life === life)) continue;
      assert.ok(![...this.serving.values()].includes(life), `${life} is dropped while it serves`);
      this.snapshots.add(life);
      this.databases.delete(life);
    }
  }

  /** Every database that was ever full is still there, or in a snapshot. */
  lost(full: ReadonlySet<string>): string[] {
    return [...full].filter((life) => !this.databases.has(life) && !this.snapshots.has(life));
  }
}
