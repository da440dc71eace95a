import type { Slot } from "../../products/release";
import type { AwsSettings } from "./settings";

/** What a slot is bound to here: part of a release, so that a change of it is told from the record. */
export interface AwsPlace {
  region: string;
  gateway: string;
  nodes: AwsSettings["nodes"];
  databases: AwsSettings["databases"];
}

/** Where and on what a slot runs. */
export function placeOf(slot: Slot): AwsPlace {
  return slot.place as unknown as AwsPlace;
}
