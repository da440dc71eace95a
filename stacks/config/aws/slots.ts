import type { AwsPlace } from "../../../components/aws/slot-settings";
import type { Slot, SlotName } from "../../../products/release";
import type { AwsSettings } from "../../../components/aws/settings";
import type { Config, SlotConfig } from "../schema";

/** A config of a stack on AWS, and where its slots are. */
export interface OnAws {
  config: Config;
  aws: AwsSettings;
  /** Slots that are there, each with what config says of it and where that puts it. */
  slots: { name: SlotName; given: SlotConfig; slot: Slot; place: AwsPlace }[];
}

/** The slots of a config that AWS places: one that is placed by something else says nothing here. */
export function placedSlots(config: Config, slots: Partial<Record<SlotName, Slot>>): OnAws["slots"] {
  return (["blue", "green"] as const).flatMap((name) => {
    const [given, slot] = [config[name], slots[name]];
    return given && slot && "gateway" in slot.place
      ? [{ name, given, slot, place: slot.place as unknown as AwsPlace }]
      : [];
  });
}
