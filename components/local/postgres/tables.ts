import type { Client } from "pg";

/** A table that is not PostgreSQL's own. */
export interface Table {
  schema: string;
  /** As people name it: with its schema only where that is not "public". */
  name: string;
  /** Columns of its primary key, in order; empty where it has none. */
  key: string[];
  columns: string[];
}

/** Every table of a database that is not PostgreSQL's own. */
export async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table & { plain: string }>(
    `select n.nspname as schema, c.relname as plain,
            case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end as name,
            coalesce((select array_agg(a.attname::text order by k.place) from pg_index i
                      cross join unnest(i.indkey::smallint[]) with ordinality as k(number, place)
                      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
                      where i.indrelid = c.oid and i.indisprimary), '{}') as key,
            array(select a.attname::text from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attname) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     order by 1, 2`,
  );
  return rows.map(({ schema, name, key, columns }) => ({ schema, name, key, columns }));
}

/** The table as a query names it. */
export function quoted(client: Client, { schema, name }: Table): string {
  const plain = name.startsWith(`${schema}.`) ? name.slice(schema.length + 1) : name;
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(plain)}`;
}
