import type { OwnTables } from "../../../products/configuration";
import { passwordOf } from "../credentials-file";
import { databaseLock } from "../layout";
import { withLock } from "../lock";
import { ensureCluster } from "../postgres/cluster";
import { makeDatabase } from "../postgres/database";
import { removeDatabase } from "../remove-database";
import { json, text } from "../../command-input";

const lock = (purpose: string) => ({
  directory: text("directory"),
  piece: databaseLock(text("name")),
  purpose: `${purpose} the database ${text("name")}`,
  limit: json<number>("lockLimit"),
});

/** Makes the slot's database and fills it from the snapshot that it was given, if any. */
export function make(): Promise<{ name: string; filledFrom: string }> {
  const [directory, name, filledFrom] = [text("directory"), text("name"), text("fillFrom")];
  return withLock(lock("filling"), async () => {
    await ensureCluster(directory);
    const password = await passwordOf(directory, text("slot"));
    await makeDatabase({ directory, port: json("port"), name, password }, filledFrom, json("databaseLimit"));
    return { name, filledFrom };
  });
}

/** Drops the slot's database after a last snapshot. */
export function remove(): Promise<{ lastSnapshot?: string }> {
  const limits = { snapshot: json<number>("snapshotLimit"), stop: json<number>("stopLimit") };
  const about = {
    product: text("product"),
    version: text("version"),
    life: text("life"),
    ownTables: json<OwnTables>("ownTables"),
  };
  const database = { directory: text("directory"), port: json<number>("port"), name: text("name"), ...about };
  return withLock(lock("dropping"), () => removeDatabase(database, limits));
}
