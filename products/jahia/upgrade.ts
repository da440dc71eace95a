import type { Change } from "../change";
import { isForward, isRollback } from "../steps";
import type { SlotName } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { type JahiaSettings, settings } from "./settings";

/** One slot of an upgrade, with its settings and their defaults. */
export interface Side {
  name: SlotName;
  version: string;
  settings: JahiaSettings;
}

/** From which schema to which one nodes cross in a change. */
export interface Upgrade {
  older: Side;
  newer: Side;
  change: Change;
}

function sideOf({ next }: Change, name: SlotName): Side | undefined {
  const slot = next.slots[name];
  if (!slot) return undefined;
  // A slot that was recorded by another version of this program may hold what is not known here: it says nothing.
  const parsed = settings.safeParse(slot.settings);
  return { name, version: slot.version, settings: parsed.success ? parsed.data : settings.parse({}) };
}

/** The upgrade that a change makes or goes on with; undefined for a change that brings no node to another schema. */
export function upgradeOf(change: Change): Upgrade | undefined {
  const { older, newer } = change.next;
  if (!newer || !isForward(change) || isRollback(change)) return undefined;
  const [from, to] = [sideOf(change, older), sideOf(change, newer)];
  return from && to ? { older: from, newer: to, change } : undefined;
}

/** The config key of a setting of the slot that is upgraded to. */
export function keyOf({ newer }: Upgrade, setting: string): string {
  return `gateway:${newer.name}.settings.${setting}`;
}

/**
 * A rule that is asked of an upgrade alone. It reads what config states; the hosts are asked the same where a platform
 * reaches them.
 */
export function upgradeRule(
  rule: Pick<Rule, "id" | "demands" | "source"> & Partial<Pick<Rule, "severity">>,
  check: (upgrade: Upgrade) => Problem[],
): Rule {
  return {
    severity: "error",
    ...rule,
    check: (change) => {
      const upgrade = upgradeOf(change);
      return upgrade ? check(upgrade) : [];
    },
  };
}
