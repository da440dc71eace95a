import type { Configuration, OwnTables } from "../../products/configuration";
import { compareFingerprints, type Difference, type KeptFingerprint } from "../../products/fingerprint";
import type { CutoverReport } from "../../products/freeze";
import { readNote, removeNote, writeNote } from "./notes";
import { takeFingerprint } from "../postgres/fingerprint";
import { asking, withClient } from "./postgres/client";
import { type SlotDatabase, slotAccess } from "./postgres/slot-access";
import { readFingerprint, snapshotBefore } from "./postgres/snapshot";

/** What is kept of the moment at which the newer slot took over. */
export interface Takeover {
  late: CutoverReport["late"];
  fingerprint: KeptFingerprint;
}

/** A slot's database and how its configuration is told apart from what traffic writes. */
export interface ReadSlot {
  life: string;
  database: SlotDatabase;
}

interface Reading {
  configuration: Configuration;
  ownTables: OwnTables;
}

export async function fingerprintOf(
  directory: string,
  database: SlotDatabase,
  { configuration, ownTables }: Reading,
  columns?: KeptFingerprint["columns"],
): Promise<KeptFingerprint> {
  const access = await slotAccess(directory, database);
  return withClient(access, (client) => takeFingerprint(asking(client), configuration, ownTables, columns));
}

/** The fingerprint that was taken with the snapshot that a slot's life was filled from. */
export async function snapshotFingerprint(directory: string, life: string): Promise<KeptFingerprint> {
  const location = await snapshotBefore(directory, life);
  if (location === undefined) throw new Error(`there is no snapshot that ${life} was filled from`);
  return readFingerprint(location);
}

/** What was written to the older slot's configuration since the newer one was filled from a snapshot of it. */
export async function sinceSnapshot(
  directory: string,
  older: ReadSlot,
  newer: ReadSlot,
  reading: Reading,
): Promise<Difference[]> {
  const before = await snapshotFingerprint(directory, newer.life);
  const now = await fingerprintOf(directory, older.database, reading, before.columns);
  return compareFingerprints(before.rows, now.rows);
}

/**
 * Notes how the newer slot's configuration was when it took over, and compares the older one's once more: what was written
 * between the gate and the end of the drain is on the older one alone. A second call finds the note and changes nothing.
 */
export async function noteTakeover(
  directory: string,
  older: ReadSlot,
  newer: ReadSlot,
  reading: Reading,
): Promise<CutoverReport["late"]> {
  const noted = await readNote<Takeover>(directory, "cutover", newer.life);
  if (noted) return noted.late;
  const late = await sinceSnapshot(directory, older, newer, reading).catch(
    (error: unknown) =>
      `${older.life} could not be asked: ${error instanceof Error ? error.message : String(error)}`,
  );
  const fingerprint = await fingerprintOf(directory, newer.database, reading);
  await writeNote(directory, "cutover", newer.life, { late, fingerprint } satisfies Takeover);
  return late;
}

/** The newer slot gave its weight back: another takeover is another moment. */
export async function forgetTakeover(directory: string, life: string): Promise<void> {
  await removeNote(directory, "cutover", life);
}
