import type { DBSnapshot } from "@aws-sdk/client-rds";
import { waitUntil } from "../../wait-until";
import { json, text } from "../../command-input";
import type { Clients } from "../clients";
import { findInstance, findSnapshot } from "../live/databases";
import { lifeTag, ownTags, productTag, reasonTag, versionTag } from "../names";
import { common } from "./inputs";
import { rds } from "../sdk";

/**
 * Takes a snapshot of the instance of the slot that is upgraded from, and waits until it is whole. Its name ends with the
 * moment at which the slot that it is for began its life: a rerun finds the snapshot that an update before it left, and
 * the same upgrade after a rollback takes one of its own.
 */
export async function take(): Promise<{ location: string }> {
  const { clients, names } = common();
  const [instance, reason, moment] = [text("instance"), text("reason"), text("moment")];
  const location = `${names.snapshot(reason)}-${moment}`;
  let snapshot = await findSnapshot(clients, location);
  if (snapshot?.Status === "failed") {
    await clients.databases().send(new (rds().DeleteDBSnapshotCommand)({ DBSnapshotIdentifier: location }));
    snapshot = undefined;
  }
  if (!snapshot) {
    if (!(await findInstance(clients, instance)))
      throw new Error(`there is no database instance ${instance} to take ${location} of`);
    const tags = {
      ...ownTags(names.gateway, json<Record<string, string>>("tags")),
      [productTag]: text("product"),
      [versionTag]: text("version"),
      [lifeTag]: text("of"),
      [reasonTag]: reason,
    };
    const request = new (rds().CreateDBSnapshotCommand)({
      DBInstanceIdentifier: instance,
      DBSnapshotIdentifier: location,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    await clients
      .databases()
      .send(request)
      .catch((error: unknown) => {
        // The SDK asks again where an answer was lost, and the first request had begun it.
        if ((error as Error).name !== "DBSnapshotAlreadyExistsFault") throw error;
      });
  }
  await untilWhole(clients, location, json<number>("snapshotLimit"));
  return { location };
}

async function untilWhole(clients: Clients, location: string, limit: number): Promise<void> {
  let snapshot: DBSnapshot | undefined;
  const isWhole = async () => {
    snapshot = await findSnapshot(clients, location);
    if (snapshot?.Status === "failed") throw new Error(`RDS says that the snapshot ${location} failed`);
    return snapshot?.Status === "available";
  };
  const why = () =>
    `the snapshot ${location} is ${snapshot?.Status ?? "missing"} (${snapshot?.PercentProgress ?? 0} %) after ${limit} s: the next ` +
    `update waits on; gateway:timeouts.snapshot sets the limit`;
  await waitUntil(isWhole, { limit, every: 1_000 }, why);
}
