import type { OwnTables } from "../../../products/configuration";
import { ensureCluster } from "../postgres/cluster";
import { type SlotDatabase, slotAccess } from "../postgres/slot-access";
import { takeSnapshot } from "../postgres/snapshot";
import { withLock } from "../lock";
import { json, text } from "../../command-input";

/** Dumps the database of the slot that is upgraded from. Its name is minted here, so no rerun overwrites another. */
export function take(): Promise<{ location: string }> {
  const directory = text("directory");
  const name = text("name");
  const source = json<SlotDatabase>("source");
  const lock = {
    directory,
    piece: `snapshot-${name}`,
    purpose: `taking ${name}`,
    limit: json<number>("lockLimit"),
  };
  return withLock(lock, async () => {
    if (source.embedded) await ensureCluster(directory);
    const access = await slotAccess(directory, source);
    const about = { product: text("product"), version: text("version"), of: text("of"), reason: name };
    const options = { name, ownTables: json<OwnTables>("ownTables"), limit: json<number>("snapshotLimit") };
    return { location: await takeSnapshot(directory, access, about, options) };
  });
}
