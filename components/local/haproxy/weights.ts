import { capacityOf, type Release, slotNames, slotsOf, type SlotName } from "../../../products/release";
import type { LiveServer } from "./runtime";

/** HAProxy's highest weight of a server. */
const highest = 256;

/**
 * Splits slots' weights over their nodes: whole numbers up to 256 in the ratio that comes nearest. A slot with weight
 * gives each of its nodes some, a slot without gives none.
 */
export function weightPerNode(release: Release): Record<SlotName, number> {
  const share = (name: SlotName) => {
    const slot = release.slots[name];
    return slot ? release.weights[name] / capacityOf(slot) : 0;
  };
  const [blue, green] = [share("blue"), share("green")];
  if (blue === 0 || green === 0) return { blue: blue > 0 ? highest : 0, green: green > 0 ? highest : 0 };
  const candidates = Array.from({ length: highest }, (_, index) => index + 1).map((weight) => {
    const other = Math.min(highest, Math.max(1, Math.round((weight * green) / blue)));
    return { blue: weight, green: other };
  });
  const error = (pair: Record<SlotName, number>) => Math.abs(pair.green / pair.blue - green / blue);
  return candidates.reduce((best, pair) => (error(pair) < error(best) ? pair : best));
}

/**
 * What share of the traffic each slot gets, in percent, from the weights that its nodes have now. A slot with any weight
 * has 1 at least: it serves, however little.
 */
export function slotWeights(servers: LiveServer[]): Record<SlotName, number> {
  const sum = (slot: SlotName) =>
    servers
      .filter(({ name }) => slotOfServer(name) === slot)
      .reduce((total, { weight }) => total + weight, 0);
  const [blue, green] = [sum("blue"), sum("green")];
  if (blue === 0 || green === 0) return { blue: blue > 0 ? 100 : 0, green: green > 0 ? 100 : 0 };
  const share = Math.min(99, Math.max(1, Math.round((100 * blue) / (blue + green))));
  return { blue: share, green: 100 - share };
}

/** A node that the balancer is to have, with its weight. */
export interface WantedServer {
  name: string;
  address: string;
  checkPort: number;
  weight: number;
}

/** Addresses of a slot's nodes, the first to take traffic first. */
export type Addresses = Partial<Record<SlotName, { address: string; checkPort: number }[]>>;

/** Every node of both slots, with the weight that the release gives it. */
export function wantedServers(release: Release, addresses: Addresses): WantedServer[] {
  const perNode = weightPerNode(release);
  return slotsOf(release).flatMap(({ name }) =>
    (addresses[name] ?? []).map((node, index) => ({
      ...node,
      name: `${name}-${index + 1}`,
      weight: perNode[name],
    })),
  );
}

/** Whether what the balancer has is what is wanted. Servers that are to go, and have no weight, do not matter. */
export function isAsWanted(live: LiveServer[], wanted: WantedServer[]): boolean {
  const present = wanted.every((server) =>
    live.some(
      ({ name, address, weight }) =>
        name === server.name && address === server.address && weight === server.weight,
    ),
  );
  return (
    present && live.every(({ name, weight }) => weight === 0 || wanted.some((server) => server.name === name))
  );
}

/** The slot that a server belongs to; undefined for a name that is not ours. */
export function slotOfServer(name: string): SlotName | undefined {
  return slotNames.find((slot) => name.startsWith(`${slot}-`));
}
