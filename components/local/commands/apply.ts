import { operationOf } from "../../../products/operations";
import type { OwnTables } from "../../../products/configuration";
import { compareFingerprints, type Fingerprint } from "../../../products/fingerprint";
import { readApplied, sendApplied } from "../../applied-requests";
import type { Applied } from "../../configuration-reader";
import { fingerprintOf } from "../cutover";
import { withLock } from "../lock";
import { readNote, writeNote } from "../notes";
import type { SlotDatabase } from "../postgres/slot-access";
import { json, text } from "../../command-input";

/**
 * Sends the requests of each file to the slot's Admin API, once in its life. Each can be sent again, so a rerun after a
 * failure begins anew; what they touched is told from the configuration before the first of them.
 */
export function run(): Promise<{ applied: string[] }> {
  const [directory, life] = [text("directory"), text("life")];
  const files = json<{ file: string; sha256: string }[]>("files");
  const lock = {
    directory,
    piece: `apply-${life}`,
    purpose: `changing ${life} by its Admin API`,
    limit: json<number>("lockLimit"),
  };
  return withLock(lock, async () => {
    const { configuration } = operationOf(text("product"));
    const reading = { configuration, ownTables: json<OwnTables>("ownTables") };
    const database = json<SlotDatabase>("database");
    const now = async (): Promise<Fingerprint> =>
      configuration ? (await fingerprintOf(directory, database, { ...reading, configuration })).rows : {};
    const before = (await readNote<Applied>(directory, "applied", life))?.before ?? (await now());
    await writeNote(directory, "applied", life, { before } satisfies Applied);
    for (const { file, sha256 } of files) await sendApplied(text("adminApi"), readApplied(file, sha256));
    const touched = Object.fromEntries(
      compareFingerprints(before, await now()).map(({ table, added, removed, changed }) => [
        table,
        [...added, ...removed, ...changed],
      ]),
    );
    await writeNote(directory, "applied", life, { before, touched } satisfies Applied);
    return { applied: files.map(({ file }) => file) };
  });
}
