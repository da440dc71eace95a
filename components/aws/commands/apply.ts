import type { OwnTables } from "../../../products/configuration";
import { type AppliedFile, readApplied, sendApplied } from "../../applied-requests";
import { json, text } from "../../command-input";
import { fingerprintQuery } from "../../postgres/fingerprint";
import type { SlotContext } from "../../slot-context";
import { askedDatabase } from "../live/databases";
import { livePlace } from "../live/place";
import { keepNote, type Kept } from "../notes";
import { askThroughTasks, tellThroughTask } from "../statements";
import { testHeader } from "../test-way";
import { common, product } from "./inputs";

/**
 * Sends the requests of each file to the slot's Admin API, once in its life, by the header that leads there. Each can be
 * sent again, so a rerun after a failure begins anew; what they touched is told from the configuration before the first of
 * them. Both moments are kept in the slot's own database, which hashes them itself: a task run may be told little.
 */
export async function run(): Promise<{ applied: string[] }> {
  const { clients, names } = common();
  const [context, files] = [json<SlotContext>("context"), json<AppliedFile[]>("files")];
  const [adminApi, host] = [text("adminApi"), text("host")];
  const requests = files.map(({ file, sha256 }) => readApplied(file, sha256));
  const headers = { [testHeader]: context.name, ...(host === "" ? {} : { host }) };
  await note("before-apply", false);
  for (const list of requests) await sendApplied(adminApi, list, headers);
  await note("after-apply", true);
  return { applied: files.map(({ file }) => file) };

  async function note(moment: Kept, again: boolean): Promise<void> {
    const { configuration } = product();
    if (!configuration) return;
    const [database, place] = await Promise.all([
      askedDatabase(clients, names, context, json<number>("databaseLimit")),
      livePlace(clients, names),
    ]);
    const ask = askThroughTasks(clients, place, database);
    const query = await fingerprintQuery(ask, configuration, json<OwnTables>("ownTables"));
    await tellThroughTask(clients, place, database, keepNote(context.life, moment, query, again));
  }
}
