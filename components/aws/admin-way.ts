import type { FreezeMode } from "../../products/freeze";
import { holderOf, type Release, type SlotName } from "../../products/release";

/** Whose Admin API is reached, and whether it takes writes. */
export interface WantedWay {
  slot: SlotName;
  isOpen: boolean;
  /** Whether it is so only because the slot has all weight. */
  needsAll: boolean;
}

/**
 * What the weights demand: open on the slot that is alone, or on the newer one once it has all weight. With two slots and
 * any other weights it leads to the older one, and is closed unless changes are only detected.
 */
export function wantedWay(release: Release, freeze: FreezeMode): WantedWay {
  const { older, newer } = release;
  if (newer === undefined) return { slot: older, isOpen: true, needsAll: true };
  if (holderOf(release.weights) === newer) return { slot: newer, isOpen: true, needsAll: true };
  return { slot: older, isOpen: freeze === "detect", needsAll: false };
}
