import type { Applied, Databases } from "../configuration-reader";
import type { SlotContext } from "../slot-context";
import { snapshotFingerprint, type Takeover } from "./cutover";
import { readNote } from "./notes";
import { asking, withClient } from "./postgres/client";
import { type SlotDatabase, slotAccess } from "./postgres/slot-access";

/** The databases of slots on this machine, and what is noted of them in files. */
export function localDatabases(
  directory: string,
  databaseOf: (context: SlotContext) => SlotDatabase,
): Databases {
  return {
    withDatabase: async (context, act) =>
      withClient(await slotAccess(directory, databaseOf(context)), (client) => act(asking(client))),
    ofSnapshot: ({ life }) => snapshotFingerprint(directory, life),
    ofCutover: async ({ life }) => (await readNote<Takeover>(directory, "cutover", life))?.fingerprint,
    touched: async ({ life }) => (await readNote<Applied>(directory, "applied", life))?.touched,
  };
}
