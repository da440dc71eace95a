import type { OwnTables } from "../../../products/configuration";
import { compareFingerprints, formatDifferences } from "../../../products/fingerprint";
import type { CutoverReport } from "../../../products/freeze";
import { hasInput, json, text } from "../../command-input";
import { literal } from "../../postgres/ask";
import { fingerprintQuery, takeFingerprint } from "../../postgres/fingerprint";
import type { SlotContext } from "../../slot-context";
import { askedDatabase } from "../live/databases";
import { livePlace } from "../live/place";
import { forgetNote, keepNote, readKept, readNote } from "../notes";
import { askThroughTasks, tellThroughTask } from "../statements";
import { setAsWanted } from "./admin-way";
import { common, product } from "./inputs";

/** What is kept of differences: a task run may be told little. */
const mostKept = 2_000;

/** Both slots of an upgrade; null where none is under way, or the newer one is somebody else's. */
type Slots = { older: SlotContext; newer: SlotContext } | null;

/**
 * Once the slot that was relieved has drained: the way to the Admin API is set as the weights demand, where there is one.
 * It opens on the newer slot when that slot's configuration is noted; whatever else it does waits for nothing of that slot.
 */
export async function set(): Promise<CutoverReport> {
  const takesOver = json<Slots>("slots")?.newer.name === text("holder");
  const setWay = () => (hasInput("admin") ? setAsWanted() : undefined);
  if (!takesOver) await setWay();
  const report = await takeover();
  if (takesOver) await setWay();
  return report;
}

/**
 * How the newer slot's configuration is, kept in its database, and what the older one's has that the newer one has not. A
 * second run finds the note and changes nothing.
 */
async function takeover(): Promise<CutoverReport> {
  const holder = text("holder");
  const slots = json<Slots>("slots");
  const { configuration } = product();
  if (!slots || !configuration) return { holder, late: [] };
  const { clients, names } = common();
  const { older, newer } = slots;
  const [limit, ownTables] = [json<number>("databaseLimit"), json<OwnTables>("ownTables")];
  const place = await livePlace(clients, names);
  const database = async (context: SlotContext) => askedDatabase(clients, names, context, limit);
  const newerDatabase = await database(newer);
  const askNewer = askThroughTasks(clients, place, newerDatabase);
  const tell = (statements: string[]) => tellThroughTask(clients, place, newerDatabase, statements);
  const noted = await readNote<CutoverReport["late"]>(askNewer, newer.life, "late");
  if (holder !== newer.name) {
    // The newer slot gave its weight back: another takeover is another moment.
    if (noted !== undefined)
      await tell([...forgetNote(newer.life, "late"), ...forgetNote(newer.life, "cutover")]);
    return { holder, late: [] };
  }
  if (noted !== undefined) return { holder, late: noted };
  const late = await lateChanges();
  const kept =
    JSON.stringify(late).length <= mostKept
      ? late
      : typeof late === "string"
        ? late.slice(0, mostKept)
        : formatDifferences(late).slice(0, mostKept);
  const query = await fingerprintQuery(askNewer, configuration, ownTables);
  await tell([
    ...keepNote(newer.life, "cutover", query, true),
    ...keepNote(newer.life, "late", `select ${literal(JSON.stringify(kept))}::jsonb`, true),
  ]);
  if (late.length > 0) {
    const what = typeof late === "string" ? late : formatDifferences(late);
    console.error(
      `warning: written to ${older.life} while ${newer.life} took over, and not on it: ${what}. ` +
        `Write it again there; retiring the older slot asks for "freeze/late-changes" in gateway:acknowledge.`,
    );
  }
  return { holder, late: kept };

  async function lateChanges(): Promise<CutoverReport["late"]> {
    try {
      const before = await readKept(askNewer, newer.life, "snapshot");
      if (!before || !configuration) return [];
      const ask = askThroughTasks(clients, place, await database(older));
      const now = await takeFingerprint(ask, configuration, ownTables, before.columns);
      return compareFingerprints(before.rows, now.rows);
    } catch (error) {
      return `${older.life} could not be asked: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
