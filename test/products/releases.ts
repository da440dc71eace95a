import type { Release, Slot, SlotName } from "../../products/release";
import { olderAndNewer } from "../../products/release";

/** A slot as config gives it, with what a test does not name. */
export function slot(version: string, other: Partial<Slot> = {}): Slot {
  return { version, generation: 1, nodes: 1, settings: {}, place: { address: "a" }, ...other };
}

/** A gateway that somebody else made. */
export function existing(version: string, addresses = ["10.0.0.1:8000", "10.0.0.2:8000"]): Slot {
  const database = { host: "db", port: 5432, name: "kong", user: "kong" };
  return slot(version, {
    existing: { addresses, adminApi: "http://10.0.0.1:8001", statusApi: "http://10.0.0.1:8007", database },
  });
}

/** A release of these slots; blue's weight is given, and green has the rest. */
export function release(
  slots: Partial<Record<SlotName, Slot>>,
  blueWeight: number,
  source?: SlotName,
): Release {
  const order = olderAndNewer(slots, source);
  if (!order) throw new Error("which slot is the older one is not told");
  return { slots, weights: { blue: blueWeight, green: 100 - blueWeight }, ...order };
}
