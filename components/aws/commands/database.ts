import type { OwnTables } from "../../../products/configuration";
import { json, text } from "../../command-input";
import { fingerprintQuery } from "../../postgres/fingerprint";
import { keepNote, roomForNotes } from "../notes";
import { othersEnded, taskMark, type TaskPlace } from "../run-task";
import { askThroughTasks, readThrough, tellThroughTask } from "../statements";
import { common, product } from "./inputs";

/**
 * Reads a restored database through once, and keeps the fingerprint of its configuration in it, before its first
 * migration: it is of the snapshot's own moment. An empty one gets room for notes alone.
 */
export async function prepare(): Promise<{ filledFrom: string }> {
  const { clients, names } = common();
  const [filledFrom, life] = [text("filledFrom"), text("life")];
  const place = json<TaskPlace>("place");
  const { host, port } = json<{ host: string; port: number }>("address");
  const limit = json<number>("databaseLimit");
  const database = { definition: text("definition"), host, port, startedBy: taskMark, limit };
  await othersEnded(clients, names.cluster, taskMark, json<number>("lockLimit"));
  if (filledFrom !== "") await readThrough(clients, place, database);
  const fingerprint = filledFrom === "" ? [] : await fingerprintNote();
  await tellThroughTask(clients, place, database, [...roomForNotes, ...fingerprint]);
  return { filledFrom };

  async function fingerprintNote(): Promise<string[]> {
    const { configuration } = product();
    if (!configuration) return [];
    const ask = askThroughTasks(clients, place, database);
    const query = await fingerprintQuery(ask, configuration, json<OwnTables>("ownTables"));
    // Written once: after a first migration it would be of another schema.
    return keepNote(life, "snapshot", query, false);
  }
}
