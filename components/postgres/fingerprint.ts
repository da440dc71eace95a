import {
  type Configuration,
  type EqualityException,
  kindOfTable,
  type OwnTables,
} from "../../products/configuration";
import {
  compareFingerprints,
  type Difference,
  type Fingerprint,
  type KeptFingerprint,
} from "../../products/fingerprint";
import { type Ask, identifier, literal, textArray } from "./ask";
import { listTables, quoted, type Table } from "./tables";

/** What a fingerprint leaves out of a table's rows. */
interface LeftOut {
  columns: string[];
  /** Paths into JSON columns: ["config", "redis_host"]. */
  paths: string[][];
}

/** The statement that hashes each row, by its id. Rows of a table without a primary key are their own id. */
function hashStatement(table: Table, { columns, paths }: LeftOut): string {
  const cut = paths.map((path) => ` #- ${textArray(path)}`).join("");
  const row = `((to_jsonb(t) - ${textArray(columns)})${cut})::text`;
  const hash = `left(encode(sha256(convert_to(${row}, 'UTF8')), 'hex'), 32)`;
  const key = table.key.map((column) => `t.${identifier(column)}::text`);
  const id = key.length > 0 ? `concat_ws(' ', ${key.join(", ")})` : hash;
  return `select ${id} as id, ${hash} as hash from ${quoted(table)} t`;
}

interface HashedRow {
  id: string;
  hash: string;
}

const byId = (rows: HashedRow[] = []) => Object.fromEntries(rows.map(({ id, hash }) => [id, hash]));

async function configurationTables(ask: Ask, configuration: Configuration, own: OwnTables): Promise<Table[]> {
  return (await listTables(ask)).filter(
    ({ name }) => kindOfTable(configuration, own, name) === "configuration",
  );
}

/**
 * A hash of every row of configuration. In a transaction that sees one moment, it is of that moment. With the columns of an
 * earlier fingerprint it is made of those alone: a migration of the same database since then may have added some.
 */
export async function takeFingerprint(
  ask: Ask,
  configuration: Configuration,
  own: OwnTables,
  known: KeptFingerprint["columns"] = {},
): Promise<KeptFingerprint> {
  const tables = await configurationTables(ask, configuration, own);
  const hashed = await ask<HashedRow>(...tables.map((table) => wholeRows(table, known[table.name])));
  return {
    columns: columnsOf(tables),
    rows: Object.fromEntries(tables.map(({ name }, index) => [name, byId(hashed[index])])),
  };
}

/** The query of the same fingerprint as one value, where it is kept beside what it is of. */
export async function fingerprintQuery(
  ask: Ask,
  configuration: Configuration,
  own: OwnTables,
): Promise<string> {
  const tables = await configurationTables(ask, configuration, own);
  const columns = literal(JSON.stringify(columnsOf(tables)));
  const rows = tables.map(
    (table) =>
      `select ${literal(table.name)} as name, (select coalesce(jsonb_object_agg(id, hash), '{}') from (${wholeRows(table)}) r) as rows`,
  );
  const all =
    rows.length > 0
      ? `select jsonb_object_agg(name, rows) from (${rows.join(" union all ")}) a`
      : "select '{}'::jsonb";
  return `select jsonb_build_object('columns', ${columns}::jsonb, 'rows', (${all}))`;
}

/** Hashes rows in the columns that an earlier fingerprint was made of, or in all. */
function wholeRows(table: Table, before?: string[]): string {
  const added = before ? table.columns.filter((column) => !before.includes(column)) : [];
  return hashStatement(table, { columns: added, paths: [] });
}

function columnsOf(tables: Table[]): KeptFingerprint["columns"] {
  return Object.fromEntries(tables.map(({ name, columns }) => [name, columns]));
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
  first: Ask,
  second: Ask,
  {
    configuration,
    own,
    exceptions,
  }: { configuration: Configuration; own: OwnTables; exceptions: EqualityException[] },
): Promise<Difference[]> {
  const [ofFirst, ofSecond] = await Promise.all([
    configurationTables(first, configuration, own),
    configurationTables(second, configuration, own),
  ]);
  const wholeTables = exceptions.filter(({ column }) => column === undefined).map(({ table }) => table);
  const compared = (tables: Table[]) => tables.filter(({ name }) => !wholeTables.includes(name));
  const hashed = async (ask: Ask, tables: Table[], others: Table[]): Promise<Fingerprint> => {
    const other = ({ name }: Table) => others.find((table) => table.name === name);
    const rows = await ask<HashedRow>(
      ...tables.map((table) => hashStatement(table, leftOutOf(table, other(table), exceptions))),
    );
    return Object.fromEntries(tables.map(({ name }, index) => [name, byId(rows[index])]));
  };
  const [before, after] = await Promise.all([
    hashed(first, compared(ofFirst), ofSecond),
    hashed(second, compared(ofSecond), ofFirst),
  ]);
  return compareFingerprints(before, after);
}
