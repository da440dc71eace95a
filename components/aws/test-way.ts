import { type SlotName, slotNames } from "../../products/release";

/** The header that leads a request to a slot that serves nobody yet. */
export const testHeader = "x-gateway-slot";

/** A test rule stands right before the one of users' traffic: each slot has its own place. */
export function testPriority(traffic: number, slot: SlotName): number {
  return traffic - 1 - slotNames.indexOf(slot);
}
