import assert from "node:assert/strict";
import fc from "fast-check";
import { weightBefore } from "../../products/steps";
import type { Finding } from "../../products/finding";
import { otherSlot, type Release, type Slot, type SlotName } from "../../products/release";
import { compareVersions, parseVersion } from "../../products/version";
import {
  errorsOf,
  nextOf,
  type Step,
  steps,
  type Walker,
  walkers,
  type Weights,
  withSlots,
  World,
} from "./walks";

/** A change that was refused: what stood, what was asked for, and why not. */
interface Refusal {
  previous: Release;
  live: Weights;
  next: Release;
  errors: Finding[];
}

/** Carries out what is accepted of these steps, each perhaps interrupted, and hands on what is refused. */
function walk(walker: Walker, list: Step[], refused?: (refusal: Refusal) => void): World {
  const world = new World(walker.start);
  const full = new Set<string>();
  let reverted = walker.start;
  for (const step of list) {
    const { record: previous, live } = world;
    const next = nextOf(previous, reverted, step);
    if (!next) continue;
    const errors = errorsOf(walker, previous, next, live);
    if (errors.length > 0) {
      refused?.({ previous, live, next, errors });
      continue;
    }
    world.update(next, step.until);
    if (world.record !== previous) reverted = previous;
    for (const [life, isFull] of world.databases) if (isFull) full.add(life);
    assert.deepEqual(world.lost(full), [], "a database went without a snapshot");
  }
  return world;
}

const ids = (errors: Finding[]) => errors.map(({ rule }) => rule);

/** Reads remedies of transition rules and makes the changes that they name, each of which must be accepted. */
class Follower {
  constructor(
    private readonly walker: Walker,
    private readonly refusal: Refusal,
  ) {}

  /** Makes a change of the remedy; `wanted` is what the user asked for, of which its path or its age may still be refused. */
  private accept(
    previous: Release,
    next: Release | undefined,
    live: Weights | undefined,
    wanted = false,
  ): Release {
    assert.ok(next);
    const allowed = /^path\/|^transition\/older-slot-added|^order\/|^transition\/too-few-nodes/;
    const errors = errorsOf(this.walker, previous, next, live);
    const left = errors.filter(({ rule }) => !(wanted && allowed.test(rule)));
    assert.deepEqual(left, [], "the remedy is refused");
    return next;
  }

  /** All weight to this slot, with the nodes that it takes. */
  private giveAll(previous: Release, name: SlotName, live: Weights | undefined): Release {
    const [slot, other] = [previous.slots[name] as Slot, previous.slots[otherSlot(name)] as Slot];
    const grown = { ...slot, nodes: Math.max(slot.nodes, other.nodes) };
    const next = withSlots(previous, { [name]: grown }, { blue: name === "blue" ? 100 : 0 });
    return this.accept(previous, next, live);
  }

  /** What the finding is about is `name`; the slots and versions of the changes are those that the remedy's words name. */
  follow({ rule, key, remedy }: Finding): void {
    const { previous, live, next } = this.refusal;
    const name: SlotName = key.includes("green") ? "green" : "blue";
    const before = previous.slots[name] as Slot;
    const wanted = next.slots[name] as Slot;
    const read = (pattern: RegExp) => pattern.exec(remedy)?.groups as Record<string, SlotName> | undefined;
    /** The slot, once it serves nobody. */
    const idle = (slot: SlotName): [Release, Weights | undefined] => {
      const serves = weightBefore({ previous: this.recorded(), live }, slot) > 0;
      return serves ? [this.giveAll(previous, otherSlot(slot), live), undefined] : [previous, live];
    };
    const isGone = (changed: Release | undefined) => {
      const left = errorsOf(this.walker, previous, changed as Release, live);
      assert.ok(!left.some((each) => each.rule === rule), `${remedy} is refused as before`);
    };

    let of = read(/^Set gateway:source to (?<source>\w+)\.|^Put (?<back>\w+) back\.$/);
    if (of) return isGone(withSlots(next, {}, { source: of.source ?? of.back }));
    of = read(/^Set gateway:(?<slot>\w+)\.nodes to (?<nodes>\d+) or more/);
    if (of) {
      const grown = { ...(next.slots[of.slot as SlotName] as Slot), nodes: Number(of.nodes) };
      return isGone(withSlots(next, { [of.slot as SlotName]: grown }, { source: next.older }));
    }
    of = read(/^Take (?<slot>\w+) out, or choose a version from (?<version>\S+) on/);
    if (of)
      return isGone(
        withSlots(previous, { [of.slot as SlotName]: { ...wanted, version: of.version as string } }),
      );

    of = read(/^Keep (?<kept>\w+) and add (?<added>\w+) beside it/);
    if (of) {
      const kept = previous.slots[of.kept as SlotName];
      return void this.accept(previous, withSlots(previous, { [of.added as SlotName]: kept }), live);
    }
    of = read(
      /^Keep \w+, give (?<other>\w+) all weight in a change of its own, and remove (?<gone>\w+) after it/,
    );
    if (of) {
      const shifted = this.giveAll(previous, of.other as SlotName, live);
      return void this.accept(shifted, withSlots(shifted, { [of.gone as SlotName]: undefined }), undefined);
    }
    of = read(
      /back, and add (?<added>\w+) beside it at version (?<version>[\d.]+\d)(?: and gateway:source (?<source>\w+))?\.$/,
    );
    if (of) {
      if (of.version === before.version)
        assert.equal(of.source, name, "two slots of one version, and no source");
      const beside = { ...before, version: of.version as string };
      const changed = withSlots(previous, { [of.added as SlotName]: beside }, { source: of.source });
      return void this.accept(previous, changed, live, true);
    }
    of = read(/give (?<other>\w+) all weight; change (?<slot>\w+) after that/);
    if (of) {
      const back = this.giveAll(previous, of.other as SlotName, live);
      return void this.accept(back, withSlots(back, { [of.slot as SlotName]: wanted }), undefined, true);
    }
    of = read(/^(?:Give|Change) (?<slot>\w+) .*at weight 0, and/);
    if (of)
      return void this.accept(previous, withSlots(previous, { [of.slot as SlotName]: wanted }), live, true);
    of = read(/; (?<slot>\w+) is the newer slot: give it the version that you want/);
    if (of) {
      const slot = of.slot as SlotName;
      const [ready, now] = idle(slot);
      const changed = { ...(ready.slots[slot] as Slot), version: wanted.version };
      return void this.accept(ready, withSlots(ready, { [slot]: changed }), now, true);
    }
    of = read(
      /take (?<slot>\w+) out in a change of its own, then add it anew at version (?<version>[\d.]+\d)\.$/,
    );
    if (of) {
      assert.equal(of.slot, name);
      const alone = this.accept(previous, withSlots(previous, { [of.slot]: undefined }), live);
      const anew = { ...wanted, version: of.version as string };
      return void this.accept(alone, withSlots(alone, { [of.slot]: anew }), undefined, true);
    }

    // What a slot should become is a second one, at the version that the first one has.
    const second = { ...wanted, version: before?.version };
    of = read(/: add gateway:(?<slot>\w+) and set gateway:source to (?<source>\w+)\.$/);
    if (of) {
      const changed = withSlots(previous, { [of.slot as SlotName]: second }, { source: of.source });
      return void this.accept(previous, changed, live);
    }
    of = read(/: make (?<slot>\w+) that while it has weight 0, with gateway:source set to (?<source>\w+)\.$/);
    if (of) {
      const [ready, now] = idle(of.slot as SlotName);
      const changed = withSlots(ready, { [of.slot as SlotName]: second }, { source: of.source });
      return void this.accept(ready, changed, now);
    }
    of = read(
      /: retire (?<slot>\w+), then add it anew as that, with gateway:source set to (?<source>\w+)\.$/,
    );
    if (of) {
      assert.deepEqual([of.slot, of.source], [otherSlot(name), name]);
      const shifted = this.giveAll(previous, of.source as SlotName, live);
      const alone = this.accept(shifted, withSlots(shifted, { [of.slot as SlotName]: undefined }), undefined);
      const changed = withSlots(alone, { [of.slot as SlotName]: second }, { source: of.source });
      return void this.accept(alone, changed, undefined);
    }
    // What is left says to put it back (a test of its own), or leads to a path or a new stack.
    assert.match(
      remedy,
      /^Put (it|version \S+) back|^Upgrade step by step|^Choose a version|^A rollback|^Raise gateway:|^Bring |^Stay at |^Or read/,
      remedy,
    );
  }

  /** The record as helpers of a change take it. */
  private recorded() {
    return { ...this.refusal.previous, mark: "", at: "", history: [] };
  }
}

for (const walker of walkers) {
  describe(`random changes of ${walker.product.title}, accepted and refused ones, interrupted anywhere`, () => {
    const runs = { numRuns: 200 };

    it("never take a serving slot down, serve from an empty database, or lose one without a snapshot", () => {
      let [upgrades, pairs] = [0, 0];
      const check = (list: Step[]) => {
        const { record } = walk(walker, list);
        const first = walker.start.slots.blue?.version ?? "";
        const last = record.slots[record.older]?.version ?? "";
        if (compareVersions(last, first) > 0) upgrades += 1;
        if (record.newer) pairs += 1;
      };
      fc.assert(fc.property(steps(walker), check), runs);
      // Rules that accept nothing would hold all of this too.
      assert.ok(upgrades > 0 && pairs > 0, "no walk led anywhere");
    });

    it("are all accepted when what they change is left out", () => {
      const check = (list: Step[]) => {
        walk(walker, list, ({ previous, live }) => {
          assert.deepEqual(errorsOf(walker, previous, previous, live), []);
        });
      };
      fc.assert(fc.property(steps(walker), check), runs);
    });

    it("are refused with remedies that are accepted", () => {
      const check = (list: Step[]) => {
        walk(walker, list, (refusal) => {
          for (const finding of refusal.errors) new Follower(walker, refusal).follow(finding);
        });
      };
      fc.assert(fc.property(steps(walker), check), runs);
    });

    it("are refused for a path with a first step that is accepted in their place", () => {
      const check = (list: Step[]) => {
        walk(walker, list, ({ previous, live, next, errors }) => {
          const [only] = errors;
          if (errors.length !== 1 || only?.rule !== "path/not-guaranteed" || !next.newer) return;
          const newer = next.newer;
          const verdict = walker.product.path(
            next.slots[next.older]?.version ?? "",
            next.slots[newer]?.version ?? "",
          );
          const line = verdict.guaranteed ? undefined : verdict.via[0];
          const version = line && (parseVersion(line)?.text ?? `${line}.0`);
          if (!version || next.controlPlane) return;
          const first = withSlots(next, { [newer]: { ...(next.slots[newer] as Slot), version } });
          assert.deepEqual(errorsOf(walker, previous, first as Release, live), []);
        });
      };
      fc.assert(fc.property(steps(walker), check), runs);
    });

    it("that met a change of the configuration go on with a new generation", () => {
      const drifted = { sinceSnapshot: [{ table: "routes", added: ["a1"], removed: [], changed: [] }] };
      const check = (list: Step[]) => {
        const world = walk(walker, list);
        const { record, live } = world;
        const { newer, older } = record;
        const slot = newer && record.slots[newer];
        if (!newer || !slot || record.weights[newer] === 100 || live[newer] === 100) return;
        const forward = withSlots(record, {}, { blue: newer === "blue" ? 100 : 0 }) as Release;
        assert.ok(ids(errorsOf(walker, record, forward, live, drifted)).includes("freeze/drift"));
        const back = withSlots(record, {}, { blue: older === "blue" ? 100 : 0 }) as Release;
        assert.deepEqual(errorsOf(walker, record, back, live, drifted), []);
        const fresh = withSlots(back, { [newer]: { ...slot, generation: slot.generation + 1 } }) as Release;
        assert.deepEqual(errorsOf(walker, back, fresh, undefined, drifted), []);
      };
      fc.assert(fc.property(steps(walker), check), runs);
    });
  });
}
