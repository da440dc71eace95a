import type { DatabaseAddress, Operation } from "../../products/operation";
import { capacityOf, type Release, type Slot, type SlotName, slotsOf } from "../../products/release";
import type { PortUrl } from "../health";
import type { SlotContext } from "../slot-context";
import type { Addresses } from "./haproxy/weights";
import { databaseName, host, nodeName, nodePorts, portsOf } from "./layout";

/** Where a slot is: part of a release, so that a change of it is told from the record. */
export function localPlace(
  first: number,
  directory: string,
  name: SlotName,
  database?: DatabaseAddress,
): Record<string, unknown> {
  const address = `${host}:${nodePorts(first, name, 1, ["proxy"]).proxy}`;
  return { directory, address, ...(database ? { database } : {}) };
}

/** The database that config gives the slot; undefined where the slot has one of its own. */
export function givenTo(slot: Slot): DatabaseAddress | undefined {
  return slot.place.database as DatabaseAddress | undefined;
}

/** Where everything of a gateway listens, from the first port on: functions of the config alone. */
export function addressing(product: Operation, first: number) {
  const ports = portsOf(first);
  const portsOfNode = (name: SlotName, index: number) => nodePorts(first, name, index, product.ports);
  const nodesOf = ({ name, slot }: { name: SlotName; slot: Slot }) =>
    Array.from({ length: capacityOf(slot) }, (_, index) => nodeName(name, index + 1));
  const databaseOf = ({ slot, life }: SlotContext): DatabaseAddress =>
    slot.existing?.database ??
    givenTo(slot) ?? {
      host,
      port: ports.postgres,
      name: databaseName(life),
      user: databaseName(life),
    };

  const adminApi = (name: SlotName, slot: Slot | undefined) =>
    slot?.existing ? new URL(slot.existing.adminApi).host : `${host}:${portsOfNode(name, 1).admin}`;
  const statusPort = (url: string) => Number(new URL(url).port || 80);
  const addresses = (release: Release): Addresses =>
    Object.fromEntries(
      slotsOf(release).map(({ name, slot }) => [
        name,
        slot.existing
          ? slot.existing.addresses.map((address) => ({
              address,
              checkPort: statusPort(slot.existing?.statusApi ?? ""),
            }))
          : Array.from({ length: slot.nodes }, (_, index) => portsOfNode(name, index + 1)).map((node) => ({
              address: `${host}:${node[product.ports[0] as string]}`,
              checkPort: node[product.ready.port] as number,
            })),
      ]),
    );

  const probesOf = ({ name, slot }: SlotContext): Record<string, PortUrl> => {
    const { existing } = slot;
    const ofExisting = (address: string) => (wanted: string) =>
      wanted === "admin"
        ? (existing?.adminApi ?? "")
        : wanted === "status"
          ? (existing?.statusApi ?? "")
          : `http://${address}`;
    return Object.fromEntries(
      nodesOf({ name, slot }).map((node, index): [string, PortUrl] => {
        const address = existing?.addresses[index];
        if (address !== undefined) return [node, ofExisting(address)];
        const own = portsOfNode(name, index + 1);
        return [node, (wanted) => `http://${host}:${own[wanted]}`];
      }),
    );
  };

  return { ports, portsOfNode, nodesOf, databaseOf, adminApi, addresses, probesOf };
}
