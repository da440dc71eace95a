import { sizeOfClass } from "../../../components/aws/class-size";
import type { Finding } from "../../../products/finding";
import { olderAndNewer } from "../../../products/release";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

/** Whether the newer slot can carry what it takes over from the older one. An existing gateway's size is not ours to know. */
export function readSizes({ config, slots }: OnAws): Finding[] {
  const byName = Object.fromEntries(slots.map((each) => [each.name, each]));
  const order = olderAndNewer(Object.fromEntries(slots.map(({ name, slot }) => [name, slot])), config.source);
  const [older, newer] = [order && byName[order.older], order?.newer && byName[order.newer]];
  if (!older || !newer || older.given.existing) return [];
  const [from, to] = [older.place, newer.place];
  const zones = ({ multiZone }: typeof from.databases) => (multiZone ? 2 : 1);
  const compared: { key: string; was: number | string; is: number | string; less: boolean }[] = [
    ...(["cpu", "memory"] as const).map((key) => {
      const [was, is] = [from.nodes[key], to.nodes[key]];
      return { key: `nodes.${key}`, was, is, less: is < was };
    }),
    {
      ...{ key: "databases.storage", was: from.databases.storage, is: to.databases.storage },
      less: to.databases.storage < from.databases.storage,
    },
    {
      ...{ key: "databases.class", was: from.databases.class, is: to.databases.class },
      less: (sizeOfClass(to.databases.class) ?? Infinity) < (sizeOfClass(from.databases.class) ?? 0),
    },
    {
      ...{ key: "databases.multiZone", was: from.databases.multiZone ? "true" : "false", is: "false" },
      less: zones(to.databases) < zones(from.databases),
    },
  ];
  return compared
    .filter(({ less }) => less)
    .map(({ key, was, is }) => {
      const wrong = `${newer.name} has ${is} where ${older.name} has ${was}, and it takes over what ${older.name} carries.`;
      const remedy = `Give ${newer.name} ${was} ${was === "true" ? "as well" : "or more"}.`;
      return unfit(`${newer.name}.aws.${key}`, wrong, remedy);
    });
}
