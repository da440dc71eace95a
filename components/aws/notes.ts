import type { KeptFingerprint } from "../../products/fingerprint";
import { type Ask, literal } from "../postgres/ask";
import { ownSchema } from "../postgres/tables";

/**
 * Notes of a slot's life, kept in its own database: gone with it, and read where it is read. A copy has those of the slot
 * that it was copied from as well: each bears its life.
 */

/**
 * Fingerprints that are kept: of the snapshot that a slot was filled from, of the moment at which it took over, and of
 * those before and after the requests that a change sent to it.
 */
export type Kept = "snapshot" | "cutover" | "before-apply" | "after-apply";

const table = `${ownSchema}.notes`;

/** Makes room for notes in a database that was just made: whoever reads them later finds the table. */
export const roomForNotes = [
  `create schema if not exists ${ownSchema}`,
  `create table if not exists ${table} (life text, kind text, content jsonb not null, primary key (life, kind))`,
].map((statement) => `${statement};`);

/** Statements that keep the value of a query. `again`: whether a note that is there is written anew. */
export function keepNote(life: string, kind: string, query: string, again: boolean): string[] {
  const conflict = again ? "do update set content = excluded.content" : "do nothing";
  return [
    `insert into ${table} (life, kind, content) values (${literal(life)}, ${literal(kind)}, (${query})) on conflict (life, kind) ${conflict};`,
  ];
}

/** Statements that take a life's note away, if there is one. */
export function forgetNote(life: string, kind: string): string[] {
  const which = `life = ${literal(life)} and kind = ${literal(kind)}`;
  return [`delete from ${table} where ${which};`];
}

/** A note of a life; undefined where there is none. */
export async function readNote<T>(ask: Ask, life: string, kind: string): Promise<T | undefined> {
  const [rows] = await ask<{ content: T }>(
    `select content from ${table} where life = ${literal(life)} and kind = ${literal(kind)}`,
  );
  return rows?.[0]?.content;
}

/** A kept fingerprint; undefined where there is none. It is read row by row: a log cuts long lines. */
export async function readKept(ask: Ask, life: string, kind: Kept): Promise<KeptFingerprint | undefined> {
  const note = `(select content from ${table} where life = ${literal(life)} and kind = ${literal(kind)}) n`;
  const [columns = [], rows = []] = await ask<{ name: string; columns: string[]; id: string; hash: string }>(
    `select t.key as name, t.value as columns from ${note}, jsonb_each(n.content->'columns') t`,
    `select t.key as name, r.key as id, r.value as hash from ${note}, jsonb_each(n.content->'rows') t, jsonb_each_text(t.value) r`,
  );
  if (columns.length === 0) return undefined;
  const kept: KeptFingerprint = { columns: {}, rows: {} };
  for (const { name, columns: own } of columns) {
    kept.columns[name] = own;
    kept.rows[name] = {};
  }
  for (const { name, id, hash } of rows) (kept.rows[name] ??= {})[id] = hash;
  return kept;
}

/**
 * Rows that the requests of a change touched, by table: those that differ between both notes of it. Undefined while there
 * are not both. The database compares them: they are as long as the configuration.
 */
export async function readTouched(ask: Ask, life: string): Promise<Record<string, string[]> | undefined> {
  const noteOf = (kind: Kept) =>
    `(select content from ${table} where life = ${literal(life)} and kind = ${literal(kind)})`;
  const rowsOf = (kind: Kept) =>
    `(select t.key as name, r.key as id, r.value as hash from ${noteOf(kind)} n, jsonb_each(n.content->'rows') t, jsonb_each_text(t.value) r)`;
  const [both = [], rows = []] = await ask<{ name: string; id: string }>(
    `select '' as name, '' as id where exists ${noteOf("before-apply")} and exists ${noteOf("after-apply")}`,
    `select name, id from ${rowsOf("before-apply")} b full join ${rowsOf("after-apply")} a using (name, id) where b.hash is distinct from a.hash`,
  );
  if (both.length === 0) return undefined;
  const touched: Record<string, string[]> = {};
  for (const { name, id } of rows) (touched[name] ??= []).push(id);
  return touched;
}
