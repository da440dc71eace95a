import type { Version } from "../version";
import type { Fields, Json } from "./schema";

/** One kind of Kong's configuration: its table, its fields, and how the Admin API names it. */
export interface Entity {
  /** The table, and the name in errors and tags. */
  name: string;
  /** Path of its collection, and below a parent. */
  path: string;
  nestedPath: string;
  /** The field that stands for the id in a path. */
  endpointKey: string;
  fields: (version: Version) => Fields;
  /** Fields that are unique together, beside those that are unique alone. */
  uniqueTogether?: string[];
  /** Columns that the Admin API does not show, written with every row. */
  hidden?: (version: Version, row: Json) => Json;
  /** SQL that a row must meet to be seen. */
  visible?: (version: Version) => string | undefined;
  /** Shorthands taken apart before anything else. */
  expand?: (body: Json) => Json;
  /** Fields that depend on each other: errors under "@entity" or by field. */
  check?: (entity: Json) => Json;
  /** No collection of its own at the top of the Admin API. */
  nestedOnly?: boolean;
}
