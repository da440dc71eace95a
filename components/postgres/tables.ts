import { type Ask, identifier } from "./ask";

/** Where notes of ours lie in a database: no table of the product's. */
export const ownSchema = "gateway_upgrade";

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
export async function listTables(ask: Ask): Promise<Table[]> {
  const [rows = []] = await ask<Table>(
    `select n.nspname as schema,
            case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end as name,
            coalesce((select array_agg(a.attname::text order by k.place) from pg_index i
                      cross join unnest(i.indkey::smallint[]) with ordinality as k(number, place)
                      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
                      where i.indrelid = c.oid and i.indisprimary), '{}') as key,
            array(select a.attname::text from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attname) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
       and n.nspname not in ('information_schema', '${ownSchema}')
     order by n.nspname, c.relname`,
  );
  return rows;
}

/** The table as a query names it. */
export function quoted({ schema, name }: Table): string {
  const plain = name.startsWith(`${schema}.`) ? name.slice(schema.length + 1) : name;
  return `${identifier(schema)}.${identifier(plain)}`;
}
