import type { Client } from "pg";
import {
  type Configuration,
  type EqualityException,
  kindOfTable,
  type OwnTables,
} from "../../../products/configuration";
import {
  compareFingerprints,
  type Difference,
  type Fingerprint,
  type KeptFingerprint,
} from "../../../products/fingerprint";
import { listTables, quoted, type Table } from "./tables";

/** What a fingerprint leaves out of a table's rows. */
interface LeftOut {
  columns: string[];
  /** Paths into JSON columns: ["config", "redis_host"]. */
  paths: string[][];
}

/** A hash of each row by its id. Rows of a table without a primary key are their own id. */
async function hashRows(
  client: Client,
  table: Table,
  { columns, paths }: LeftOut,
): Promise<Record<string, string>> {
  const parameters: string[][] = [columns, ...paths];
  const cut = paths.map((_, index) => ` #- $${index + 2}::text[]`).join("");
  const row = `((to_jsonb(t) - $1::text[])${cut})::text`;
  const hash = `left(encode(sha256(convert_to(${row}, 'UTF8')), 'hex'), 32)`;
  const key = table.key.map((column) => `t.${client.escapeIdentifier(column)}::text`);
  const id = key.length > 0 ? `concat_ws(' ', ${key.join(", ")})` : hash;
  const result = await client.query<{ id: string; hash: string }>(
    `select ${id} as id, ${hash} as hash from ${quoted(client, table)} t`,
    parameters,
  );
  return Object.fromEntries(result.rows.map(({ id, hash }) => [id, hash]));
}

async function configurationTables(
  client: Client,
  configuration: Configuration,
  own: OwnTables,
): Promise<Table[]> {
  return (await listTables(client)).filter(
    ({ name }) => kindOfTable(configuration, own, name) === "configuration",
  );
}

/**
 * A hash of every row of configuration. In a transaction that sees one moment, it is of that moment. With the columns of an
 * earlier fingerprint it is made of those alone: a migration of the same database since then may have added some.
 */
export async function takeFingerprint(
  client: Client,
  configuration: Configuration,
  own: OwnTables,
  known: KeptFingerprint["columns"] = {},
): Promise<KeptFingerprint> {
  const kept: KeptFingerprint = { columns: {}, rows: {} };
  for (const table of await configurationTables(client, configuration, own)) {
    const before = known[table.name];
    const added = before ? table.columns.filter((column) => !before.includes(column)) : [];
    kept.columns[table.name] = table.columns;
    kept.rows[table.name] = await hashRows(client, table, { columns: added, paths: [] });
  }
  return kept;
}

function leftOutOf(table: Table, other: Table | undefined, exceptions: EqualityException[]): LeftOut {
  const own = exceptions
    .filter((exception) => exception.table === table.name)
    .flatMap(({ column }) => column ?? []);
  const onlyHere = other ? table.columns.filter((column) => !other.columns.includes(column)) : [];
  return {
    columns: [...onlyHere, ...own.filter((column) => !column.includes("."))],
    paths: own.filter((column) => column.includes(".")).map((column) => column.split(".")),
  };
}

/**
 * How the second database's configuration differs from the first one's: the same ids, and the same in every field that both
 * versions have. What `exceptions` name is not looked at.
 */
export async function compareConfigurations(
  first: Client,
  second: Client,
  {
    configuration,
    own,
    exceptions,
  }: { configuration: Configuration; own: OwnTables; exceptions: EqualityException[] },
): Promise<Difference[]> {
  const tables = await Promise.all(
    [first, second].map((client) => configurationTables(client, configuration, own)),
  );
  const [ofFirst = [], ofSecond = []] = tables;
  const wholeTables = exceptions.filter(({ column }) => column === undefined).map(({ table }) => table);
  const [before, after]: [Fingerprint, Fingerprint] = [{}, {}];
  const names = [...new Set([...ofFirst, ...ofSecond].map(({ name }) => name))];
  for (const name of names.filter((each) => !wholeTables.includes(each))) {
    const [was, is] = [ofFirst, ofSecond].map((list) => list.find((table) => table.name === name));
    if (was) before[name] = await hashRows(first, was, leftOutOf(was, is, exceptions));
    if (is) after[name] = await hashRows(second, is, leftOutOf(is, was, exceptions));
  }
  return compareFingerprints(before, after);
}
