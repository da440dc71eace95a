import { invalidReference, primaryKeyViolation, stillReferenced, uniqueViolation } from "../admin/errors";
import type { Queryable } from "../db/client";
import type { Version } from "../version";
import { columnsOf, decodeRow } from "./columns";
import { entries, type Json } from "./schema";
import type { Entity } from "./types";
import { isUuid } from "./validate";

export interface PageQuery {
  size: number;
  /** The id after which the page begins. */
  after?: string;
  /** Only rows that belong to this parent. */
  parent?: { field: string; id: string };
  tags?: { all: boolean; tags: string[] };
}

/** Reads and writes one kind of entity; every write is told to the other nodes in the same statement. */
export class Dao {
  private readonly columns;
  private readonly select: string;
  private readonly visible: string;

  constructor(
    private readonly db: Queryable,
    readonly entity: Entity,
    private readonly version: Version,
    private readonly nodeId: string,
  ) {
    this.columns = columnsOf(entity, version);
    this.select = this.columns.map(({ select }) => select).join(", ");
    this.visible = entity.visible?.(version) ?? "true";
  }

  async all(): Promise<Json[]> {
    const { rows } = await this.db.query(
      `SELECT ${this.select} FROM ${this.entity.name} WHERE ${this.visible} ORDER BY id`,
    );
    return rows.map((row) => decodeRow(this.columns, row));
  }

  async page({ size, after, parent, tags }: PageQuery): Promise<{ rows: Json[]; next: string | undefined }> {
    const values: unknown[] = [size + 1];
    const where = [this.visible];
    const add = (sql: string, value: unknown) => where.push(sql.replaceAll("?", `$${values.push(value)}`));
    if (after !== undefined) add("id > ?", after);
    if (parent) add(`"${parent.field}_id" = ?`, parent.id);
    if (tags) add(tags.all ? "tags @> ?::text[]" : "tags && ?::text[]", tags.tags);
    const { rows } = await this.db.query(
      `SELECT ${this.select} FROM ${this.entity.name} WHERE ${where.join(" AND ")} ORDER BY id LIMIT $1`,
      values,
    );
    const page = rows.slice(0, size).map((row) => decodeRow(this.columns, row));
    return { rows: page, next: rows.length > size ? String(page.at(-1)?.id) : undefined };
  }

  /** By id, or by the field that stands for it. */
  async find(key: string, parent?: { field: string; id: string }): Promise<Json | undefined> {
    const column = isUuid(key) ? "id" : `"${this.entity.endpointKey}"`;
    const values = parent ? [key, parent.id] : [key];
    const below = parent ? ` AND "${parent.field}_id" = $2` : "";
    const { rows } = await this.db.query(
      `SELECT ${this.select} FROM ${this.entity.name} WHERE ${column} = $1${below} AND ${this.visible}`,
      values,
    );
    return rows[0] && decodeRow(this.columns, rows[0]);
  }

  async insert(row: Json): Promise<Json> {
    const values: unknown[] = [];
    const cells = this.cells(row, values);
    return this.write(
      `INSERT INTO ${this.entity.name} (ws_id, ${cells.map(({ column }) => `"${column}"`).join(", ")})
       VALUES ((SELECT id FROM workspaces WHERE name = 'default'), ${cells.map(({ sql }) => sql).join(", ")})`,
      values,
      "create",
      row,
    );
  }

  async update(row: Json): Promise<Json> {
    const values: unknown[] = [];
    const cells = this.cells(row, values, "id");
    const set = cells.map(({ column, sql }) => `"${column}" = ${sql}`).join(", ");
    const place = `$${values.push(row.id)}`;
    return this.write(`UPDATE ${this.entity.name} SET ${set} WHERE id = ${place}`, values, "update", row);
  }

  async delete(id: string): Promise<void> {
    await this.write(`DELETE FROM ${this.entity.name} WHERE id = $1`, [id], "delete", { id });
  }

  private cells(row: Json, values: unknown[], without?: string): { column: string; sql: string }[] {
    const columns = this.columns.filter(({ column }) => column !== without);
    const cells = columns.map(({ field, column, param, encode }) => ({
      column,
      sql: param(`$${values.push(encode(row[field]))}`),
    }));
    for (const [column, value] of Object.entries(this.entity.hidden?.(this.version, row) ?? {})) {
      cells.push({ column, sql: `$${values.push(value)}` });
    }
    return cells;
  }

  private async write(sql: string, values: unknown[], operation: string, row: Json): Promise<Json> {
    const node = `$${values.push(this.nodeId)}`;
    const data = `$${values.push(`${this.entity.name}:${operation}:${String(row.id)}`)}`;
    try {
      const { rows } = await this.db.query(
        `WITH written AS (${sql} RETURNING *), told AS (
           INSERT INTO cluster_events (id, node_id, at, expire_at, channel, data)
           SELECT gen_random_uuid(), ${node}, clock_timestamp(), now() + interval '1 hour', 'invalidations', ${data})
         SELECT ${this.select} FROM written`,
        values,
      );
      return rows[0] ? decodeRow(this.columns, rows[0]) : {};
    } catch (error) {
      throw this.translated(error as { code?: string; detail?: string; table?: string }, row);
    }
  }

  private translated(error: { code?: string; detail?: string; table?: string }, row: Json): unknown {
    const keys = /^Key \(([^)]*)\)/.exec(error.detail ?? "")?.[1]?.split(", ") ?? [];
    if (error.code === "23505") {
      if (keys.join() === "id") return primaryKeyViolation(String(row.id));
      const together = keys.includes("cache_key") || keys.includes("upstream_id");
      const fields = together ? (this.entity.uniqueTogether ?? []) : keys.filter((key) => key !== "ws_id");
      return uniqueViolation(Object.fromEntries(fields.map((field) => [field, row[field] ?? null])));
    }
    if (error.code === "23503") {
      if (error.detail?.includes("still referenced"))
        return stillReferenced(this.entity.name, error.table ?? "");
      const field = (keys[0] ?? "").replace(/_id$/, "");
      const known = entries(this.entity.fields(this.version)).find(([name]) => name === field)?.[1];
      return invalidReference(field, (row[field] as { id: string }).id, known?.reference ?? field);
    }
    return error;
  }
}
