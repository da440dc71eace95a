import type { DatabaseAddress } from "../../../products/operation";
import type { SlotName } from "../../../products/release";
import { passwordOf } from "../credentials-file";
import { ensureCluster } from "../postgres/cluster";
import { superuserAccess } from "../postgres/database";
import { takeSnapshot } from "../postgres/snapshot";
import { withLock } from "../lock";
import { json, text } from "./input";

/** Dumps the database of the slot that is upgraded from. Its name is minted here, so no rerun overwrites another. */
export function take(): Promise<{ location: string }> {
  const directory = text("directory");
  const name = text("name");
  const source = json<DatabaseAddress & { embedded: boolean; slot: SlotName }>("source");
  const lock = {
    directory,
    piece: `snapshot-${name}`,
    purpose: `taking ${name}`,
    limit: json<number>("lockLimit"),
  };
  return withLock(lock, async () => {
    if (source.embedded) await ensureCluster(directory);
    const access = source.embedded
      ? await superuserAccess(directory, source.port, source.name)
      : { ...source, database: source.name, password: await passwordOf(directory, source.slot) };
    const about = { product: text("product"), version: text("version"), of: text("of"), reason: name };
    return { location: await takeSnapshot(directory, access, about, name, json<number>("snapshotLimit")) };
  });
}
