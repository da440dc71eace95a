import assert from "node:assert/strict";
import fc from "fast-check";
import { weightBefore } from "../../products/change";
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

/** The slot that a finding is about, and the one beside it. */
function slotsOfKey({ key }: Finding): [SlotName, SlotName] {
  const name = key.includes("green") ? "green" : "blue";
  return [name, otherSlot(name)];
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

  follow(finding: Finding): void {
    const { previous, live, next } = this.refusal;
    const { rule, remedy } = finding;
    const [name, other] = slotsOfKey(finding);
    const before = previous.slots[name];
    const wanted = next.slots[name];
    const idle = previous.newer === name ? name : other;

    if (rule === "transition/source-is-new" || rule === "transition/source-flipped") {
      const source = otherSlot(next.older);
      const swapped = withSlots(next, {}, { source });
      const left = ids(errorsOf(this.walker, previous, swapped as Release, live));
      assert.ok(!left.includes(rule), "the other source is refused too");
    } else if (rule === "transition/too-few-nodes") {
      const nodes = Number(/to (\d+) or more/.exec(remedy)?.[1]);
      const grown = withSlots(next, { [name]: { ...(wanted as Slot), nodes } }, { source: next.older });
      assert.ok(!ids(errorsOf(this.walker, previous, grown as Release, live)).includes(rule));
    } else if (/^Keep \w+ and add/.test(remedy)) {
      this.accept(previous, withSlots(previous, { [other]: before }), live);
    } else if (/^Keep \w+, give/.test(remedy)) {
      const shifted = this.giveAll(previous, other, live);
      this.accept(shifted, withSlots(shifted, { [name]: undefined }), undefined);
    } else if (/^Put (version|generation) \S+ back, and add/.test(remedy)) {
      const beside = { ...(before as Slot), version: (wanted as Slot).version };
      this.accept(previous, withSlots(previous, { [other]: beside }), live, true);
    } else if (/give \w+ all weight; change/.test(remedy)) {
      const back = this.giveAll(previous, other, live);
      this.accept(back, withSlots(back, { [name]: wanted }), undefined, true);
    } else if (/^Give \w+ (version|generation) .* at weight 0|^Change \w+ at weight 0/.test(remedy)) {
      this.accept(previous, withSlots(previous, { [name]: wanted }), live, true);
    } else if (/is the newer slot: give it the version/.test(remedy)) {
      const isIdle = weightBefore({ previous: this.recorded(), live }, idle) === 0;
      const ready = isIdle ? previous : this.giveAll(previous, name, live);
      const version = (wanted as Slot).version;
      const changed = { ...(ready.slots[idle] as Slot), version };
      this.accept(ready, withSlots(ready, { [idle]: changed }), isIdle ? live : undefined, true);
    } else if (/take \w+ out in a change of its own, then add it anew/.test(remedy)) {
      const alone = this.accept(previous, withSlots(previous, { [name]: undefined }), live);
      this.accept(alone, withSlots(alone, { [name]: wanted }), undefined, true);
    } else if (/a second slot at the same version: add/.test(remedy)) {
      const second = { ...(wanted as Slot), version: (before as Slot).version };
      this.accept(previous, withSlots(previous, { [other]: second }, { source: name }), live);
    } else if (/^Take \w+ out, or choose a version from/.test(remedy)) {
      const version = /choose a version from (\S+) on/.exec(remedy)?.[1] as string;
      const at = { ...(wanted as Slot), version };
      const left = errorsOf(this.walker, previous, withSlots(previous, { [name]: at }) as Release, live);
      assert.ok(!ids(left).includes(rule), "that version is refused as older too");
    }
  }

  /** The record as helpers of a change take it. */
  private recorded() {
    return { ...this.refusal.previous, mark: "", at: "", history: [] };
  }
}

for (const walker of walkers) {
  describe(`random changes of ${walker.product.title}, accepted and refused ones, interrupted anywhere`, () => {
    const runs = { numRuns: 300 };

    it("never take a serving slot down, serve from an empty database, or lose one without a snapshot", () => {
      let [upgrades, rollbacks] = [0, 0];
      const check = (list: Step[]) => {
        const { record } = walk(walker, list);
        const first = walker.start.slots.blue?.version ?? "";
        const last = record.slots[record.older]?.version ?? "";
        if (compareVersions(last, first) > 0) upgrades += 1;
        if (record.newer) rollbacks += 1;
      };
      fc.assert(fc.property(steps(walker), check), runs);
      // Rules that accept nothing would hold all of this too.
      assert.ok(upgrades > 0 && rollbacks > 0, "no walk led anywhere");
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
