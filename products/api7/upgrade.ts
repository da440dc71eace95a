import { isDeepStrictEqual } from "node:util";
import type { Change } from "../change";
import { isForward, isNewLife, isRollback, raisesNewer, type VersionStep, versionSteps } from "../steps";
import { type Slot, type SlotName, slotsOf } from "../release";
import type { ControlPlaneSettings, DataPlaneSettings } from "./settings";

/** Whether the change upgrades anything. A rollback does not. */
export function isUpgrade(change: Change): boolean {
  return isForward(change) && !isRollback(change);
}

/** The control plane's step to another version, if the change makes one. */
export function controlPlaneStep(change: Change): VersionStep | undefined {
  return versionSteps(change).find(({ key }) => key === "gateway:controlPlane.version");
}

/** What config says of the control plane. A release that was recorded by other means may say less than the schema. */
export function controlPlaneSettings({ next }: Pick<Change, "next">): Partial<ControlPlaneSettings> {
  return next.controlPlane?.settings ?? {};
}

/** What config says of a slot's data planes. */
export function dataPlaneSettings(slot: Slot): Partial<DataPlaneSettings> {
  return slot.settings;
}

/** Slots that this change makes, sets otherwise, or gives more traffic: those that it can still set right. */
export function slotsAtStake(change: Change): { name: SlotName; slot: Slot }[] {
  const { previous, next } = change;
  if (isRollback(change)) return [];
  return slotsOf(next).filter(({ name, slot }) => {
    const before = previous?.slots[name];
    const isSetOtherwise = !isDeepStrictEqual(before?.settings, slot.settings);
    return isNewLife(before, slot, name) || isSetOtherwise || (name === next.newer && raisesNewer(change));
  });
}
