import { lifeOf, type Release, type Slot, type SlotName, slotsOf } from "../products/release";

/** One slot as every piece is given it. */
export interface SlotContext {
  name: SlotName;
  slot: Slot;
  /** Slot, version and generation: "green-3.10.0-g1". Names all that holds the slot's data. */
  life: string;
}

/** The slots that are there, the older one first. */
export function contextsOf(release: Release): SlotContext[] {
  return slotsOf(release).map(({ name, slot }) => ({ name, slot, life: lifeOf(name, slot) }));
}
