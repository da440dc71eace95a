import type { Finding } from "./finding";
import { lifeOf, type Release, slotNames, slotsOf, type SlotName } from "./release";

/** A version that users were served by. */
export interface LiveVersion {
  slot: SlotName;
  version: string;
  generation: number;
  /** When it first got weight. */
  since: string;
  /** Whether its smoke tests had passed before it got weight. */
  smokeTested: boolean;
  /** Whether traffic was taken from it again in favour of the version before it. */
  rolledBack: boolean;
}

/** What the balancer was told, as the weights resource reports it once it is done. */
export interface TrafficReport {
  /** New at every write. */
  mark: string;
  /** When it was written. */
  at: string;
  release: Release;
}

/** The last release as the stack's outputs keep it. */
export interface ReleaseRecord extends Release {
  mark: string;
  at: string;
  /** Every version that was live, in the order of first weight. */
  history: LiveVersion[];
  /** What was accepted with the change that wrote last: its warnings. */
  findings?: Finding[];
  /** Each time that traffic was moved outside the window, and why; in the order of time. */
  overrides?: Override[];
}

/** A window that was set aside. */
export interface Override {
  at: string;
  reason: string;
}

/** What the record keeps of a change beside its release. */
export interface AboutChange {
  /** The warnings of its review. Default: none are kept. */
  findings?: Finding[];
  /** Why the window was set aside for it, where it was closed. Default: it was not. */
  override?: string;
}

/**
 * The record after a report. It is made from what the balancer was told and the record before, never from config:
 * the same report twice gives the same record, also when a later change that wrote nothing was reviewed otherwise.
 */
export function recordRelease(
  previous: ReleaseRecord | undefined,
  report: TrafficReport,
  about: AboutChange = {},
): ReleaseRecord {
  const { mark, at, release } = report;
  const isNew = previous?.mark !== mark;
  const findings = isNew ? about.findings : previous.findings;
  const used = isNew && about.override !== undefined ? [{ at, reason: about.override }] : [];
  const overrides = [...(previous?.overrides ?? []), ...used];
  const kept = { ...(findings ? { findings } : {}), ...(overrides.length > 0 ? { overrides } : {}) };
  const history = isNew ? historyAfter(previous, report) : previous.history;
  return { ...release, mark, at, history, ...kept };
}

/** Every version that was live, with what a new report adds. */
function historyAfter(previous: ReleaseRecord | undefined, { at, release }: TrafficReport): LiveVersion[] {
  const history = (previous?.history ?? []).map((entry) => ({ ...entry }));
  const lastOf = (slot: SlotName, life: string) =>
    history.findLast(
      (entry) => entry.slot === slot && lifeOf(entry.slot, entry) === life && !entry.rolledBack,
    );
  for (const { name, slot } of slotsOf(release)) {
    if (release.weights[name] === 0 || lastOf(name, lifeOf(name, slot))) continue;
    const { version, generation } = slot;
    // Every slot that is made here is tested; an existing gateway only where it is the one that is upgraded to.
    const smokeTested = !slot.existing || name === (release.newer ?? release.older);
    history.push({ slot: name, version, generation, since: at, smokeTested, rolledBack: false });
  }
  // The newer slot lost its weight, or left, while the older one serves: that is a rollback of what it had.
  for (const name of slotNames) {
    const had = previous?.newer === name && previous.weights[name] > 0 ? previous.slots[name] : undefined;
    if (!had || !previous?.slots[previous.older] || release.weights[name] > 0) continue;
    if (release.weights[previous.older] === 0) continue;
    const entry = lastOf(name, lifeOf(name, had));
    if (entry) entry.rolledBack = true;
  }
  return history;
}
