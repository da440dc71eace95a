import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import type { Databases } from "../../configuration-reader";
import type { StackSnapshot } from "../../live-gateway";
import type { SlotContext } from "../../slot-context";
import type { Clients } from "../clients";
import { lifeTag, type Names, ownTag, productTag, reasonTag, versionTag } from "../names";
import { readKept, readTouched } from "../notes";
import { askThroughTasks, type AskedDatabase } from "../statements";
import { livePlace } from "./place";
import { rds } from "../sdk";

/** The identifier of a slot's instance. */
export function instanceOf(names: Names, { slot, life }: SlotContext): string {
  return slot.existing ? slot.existing.database.host : names.ofLife(life);
}

/** An instance by its identifier; undefined where there is none. */
export async function findInstance(clients: Clients, identifier: string): Promise<DBInstance | undefined> {
  const { DescribeDBInstancesCommand } = rds();
  try {
    const { DBInstances = [] } = await clients
      .databases()
      .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances[0];
  } catch (error) {
    if ((error as Error).name === "DBInstanceNotFoundFault") return undefined;
    throw error;
  }
}

/** A snapshot by its identifier; undefined where there is none. */
export async function findSnapshot(clients: Clients, identifier: string): Promise<DBSnapshot | undefined> {
  const { DescribeDBSnapshotsCommand } = rds();
  try {
    const { DBSnapshots = [] } = await clients
      .databases()
      .send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: identifier }));
    return DBSnapshots[0];
  } catch (error) {
    if ((error as Error).name === "DBSnapshotNotFoundFault") return undefined;
    throw error;
  }
}

const tagOf = ({ TagList = [] }: DBSnapshot, key: string) => TagList.find(({ Key }) => Key === key)?.Value;

/** What a snapshot's tags say of it; undefined where it is none of a gateway. */
export function aboutSnapshot(
  snapshot: DBSnapshot,
): { product: string; version: string; reason: string; gateway: string } | undefined {
  const [product, version, gateway] = [productTag, versionTag, ownTag].map((key) => tagOf(snapshot, key));
  if (product === undefined || version === undefined || gateway === undefined) return undefined;
  // The last one of an instance has the instance's tags.
  const reason = tagOf(snapshot, reasonTag) ?? `last-${tagOf(snapshot, lifeTag) ?? "database"}`;
  return { product, version, reason, gateway };
}

/** Every whole snapshot of a gateway, the newest first. */
export async function listSnapshots(clients: Clients, { gateway }: Names): Promise<StackSnapshot[]> {
  const { paginateDescribeDBSnapshots } = rds();
  const found: (StackSnapshot & { at: number })[] = [];
  const pages = paginateDescribeDBSnapshots({ client: clients.databases() }, { SnapshotType: "manual" });
  for await (const { DBSnapshots = [] } of pages) {
    for (const snapshot of DBSnapshots) {
      const about = aboutSnapshot(snapshot);
      if (about?.gateway !== gateway || snapshot.Status !== "available") continue;
      const { version, reason } = about;
      const at = snapshot.SnapshotCreateTime?.getTime() ?? 0;
      found.push({ location: snapshot.DBSnapshotIdentifier ?? "", version, reason, at });
    }
  }
  return found
    .sort((a, b) => b.at - a.at)
    .map(({ location, version, reason }) => ({ location, version, reason }));
}

/** How statements reach a slot's instance; throws where it is not there or not to be reached. */
export async function askedDatabase(
  clients: Clients,
  names: Names,
  context: SlotContext,
  limit: number,
): Promise<AskedDatabase> {
  const identifier = instanceOf(names, context);
  const instance = await findInstance(clients, identifier);
  const { Address: host, Port: port } = instance?.Endpoint ?? {};
  if (host === undefined || port === undefined) {
    throw new Error(
      instance
        ? `the database instance ${identifier} is ${instance.DBInstanceStatus ?? "in no known state"} and has no address`
        : `there is no database instance ${identifier}`,
    );
  }
  return { definition: names.statements(context.name), host, port, startedBy: `read-${context.life}`, limit };
}

/** The databases of slots on RDS, asked by tasks in their VPC; what is noted of a life lies in its database. */
export function awsDatabases(clients: Clients, names: Names, limit: number): Databases {
  const withDatabase: Databases["withDatabase"] = async (context, act) => {
    const [database, place] = await Promise.all([
      askedDatabase(clients, names, context, limit),
      livePlace(clients, names),
    ]);
    return act(askThroughTasks(clients, place, database));
  };
  return {
    withDatabase,
    ofSnapshot: async (newer) => {
      const kept = await withDatabase(newer, (ask) => readKept(ask, newer.life, "snapshot"));
      if (!kept) throw new Error(`nothing is noted of the snapshot that ${newer.life} was filled from`);
      return kept;
    },
    ofCutover: (newer) => withDatabase(newer, (ask) => readKept(ask, newer.life, "cutover")),
    touched: (newer) => withDatabase(newer, (ask) => readTouched(ask, newer.life)),
  };
}
