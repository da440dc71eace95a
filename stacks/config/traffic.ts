import type { Finding } from "../../products/finding";
import { type SlotName, slotNames } from "../../products/release";
import { invalid } from "./issues";
import type { Config } from "./schema";

/** The weights that config gives to the slots that are there; undefined where it gives none. */
export function readTraffic(
  config: Config,
  names: SlotName[],
): { weights?: Record<SlotName, number>; findings: Finding[] } {
  const given = config.traffic ?? {};
  const strangers = slotNames.filter((name) => given[name] && !names.includes(name));
  if (strangers.length > 0) {
    return {
      findings: strangers.map((name) =>
        invalid(
          `traffic.${name}`,
          `${name} gets weight but is no slot of this config.`,
          `Add gateway:${name}, or take its weight out.`,
        ),
      ),
    };
  }
  const named = names.filter((name) => given[name] !== undefined);
  const sum = named.reduce((total, name) => total + (given[name] ?? 0), 0);
  const rest = names.find((name) => given[name] === undefined);
  const filled = { blue: 0, green: 0, ...given, ...(rest && named.length > 0 ? { [rest]: 100 - sum } : {}) };
  const total = names.reduce((all, name) => all + filled[name], 0);
  if (named.length > 0 && (total !== 100 || sum > 100)) {
    return {
      findings: [
        invalid(
          "traffic",
          `The weights sum to ${sum}, not to 100.`,
          "Give whole numbers that sum to 100; a slot left out gets the rest.",
        ),
      ],
    };
  }
  return { weights: named.length > 0 ? filled : undefined, findings: [] };
}
