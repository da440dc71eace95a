import type { OwnTables } from "../../../products/configuration";
import { json, text } from "../../local/commands/input";
import { fingerprintQuery } from "../../postgres/fingerprint";
import { taskMark } from "../live/gateway";
import { keepNote } from "../notes";
import { othersEnded, type TaskPlace } from "../run-task";
import { askThroughTasks, readThrough, tellThroughTask } from "../statements";
import { common, product } from "./inputs";

/**
 * Reads a restored database through once, and keeps the fingerprint of its configuration in it, before its first
 * migration: it is of the snapshot's own moment. An empty one has neither.
 */
export async function prepare(): Promise<{ filledFrom: string }> {
  const { clients, names } = common();
  const [filledFrom, life] = [text("filledFrom"), text("life")];
  if (filledFrom === "") return { filledFrom };
  const place = json<TaskPlace>("place");
  const { host, port } = json<{ host: string; port: number }>("address");
  const limit = json<number>("databaseLimit");
  const database = { definition: text("definition"), host, port, startedBy: taskMark, limit };
  await othersEnded(clients, names.cluster, taskMark, json<number>("lockLimit"));
  await readThrough(clients, place, database);
  const { configuration } = product();
  if (configuration) {
    const ask = askThroughTasks(clients, place, database);
    const query = await fingerprintQuery(ask, configuration, json<OwnTables>("ownTables"));
    // Written once: after a first migration it would be of another schema.
    await tellThroughTask(clients, place, database, keepNote(life, "snapshot", query, false));
  }
  return { filledFrom };
}
