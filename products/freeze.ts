import type { Difference } from "./fingerprint";
import type { Release } from "./release";

/** How configuration is kept from changing while it is copied: held at the balancer, or detected. */
export type FreezeMode = "hold" | "detect";

/** What config asks for, or what can hold: an existing gateway's Admin API is reached beside the balancer. */
export function freezeMode(release: Release, asked: FreezeMode | undefined, holds = true): FreezeMode {
  return asked ?? (!holds || release.slots[release.older]?.existing ? "detect" : "hold");
}

/** What the cutover reports once the slot that was relieved has drained. */
export interface CutoverReport {
  /** The slot that has all the weight, or "none". */
  holder: string;
  /** What was written to the older slot's configuration after the gate had compared it; a text says why it is not known. */
  late: Difference[] | string;
}
