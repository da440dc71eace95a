import { ENTITIES } from "../entities/index";
import { entries, isObject, type Json } from "../entities/schema";
import type { Entity } from "../entities/types";
import { isUuid } from "../entities/validate";
import { newRow, patchedRow, replacedRow } from "../entities/write";
import type { Store } from "../node/store";
import type { Version } from "../version";
import { readBody } from "./body";
import { methodNotAllowed, notFound, unresolvedForeign } from "./errors";
import { pageOf } from "./paging";
import type { Answer, Asked } from "./asked";

/** Something that rows of a collection belong to: they all have this field, with this id. */
interface Parent {
  field: string;
  id: string;
  path: string;
}

/** The collections, their members and what is nested below them, as Kong generates them from its schemas. */
export class Collections {
  constructor(
    private readonly store: Store,
    private readonly version: Version,
  ) {}

  async serve(entity: Entity, asked: Asked): Promise<Answer> {
    const [, key, nested, nestedKey, ...more] = asked.parts;
    if (more.length > 0) throw notFound();
    if (key === undefined)
      return entity.nestedOnly ? Promise.reject(notFound()) : this.collection(entity, asked);
    if (nested === undefined) {
      return entity.nestedOnly ? Promise.reject(notFound()) : this.member(entity, key, asked);
    }
    const child = childOf(entity, nested, this.version);
    if (child) {
      const owner = await this.store.dao(entity.name).find(key);
      if (!owner) throw notFound();
      const parent = { field: child.field, id: String(owner.id), path: `${entity.path}/${key}/${nested}` };
      // All targets: the twin keeps no inactive ones.
      const all = child.entity.name === "targets" && nestedKey === "all";
      if (nestedKey === undefined || all) return this.collection(child.entity, asked, parent);
      return this.member(child.entity, nestedKey, asked, parent);
    }
    return nestedKey === undefined ? this.owner(entity, key, nested, asked) : Promise.reject(notFound());
  }

  private async collection(entity: Entity, asked: Asked, parent?: Parent): Promise<Answer> {
    const dao = this.store.dao(entity.name);
    if (asked.method === "GET")
      return [200, await pageOf(dao, parent?.path ?? entity.path, asked.query, parent)];
    if (asked.method !== "POST") throw methodNotAllowed();
    const body = await this.body(entity, asked, parent);
    return [201, await dao.insert(newRow(entity, this.version, body))];
  }

  private async member(entity: Entity, key: string, asked: Asked, parent?: Parent): Promise<Answer> {
    const dao = this.store.dao(entity.name);
    const found = await dao.find(key, parent);
    switch (asked.method) {
      case "GET":
        if (!found) throw notFound();
        return [200, found];
      case "PATCH": {
        const body = await this.body(entity, asked, undefined);
        if (!found) throw notFound();
        return [200, await dao.update(patchedRow(entity, this.version, found, body))];
      }
      case "PUT": {
        const body = await this.body(entity, asked, parent);
        // Whoever is named in the path is meant, whatever the body says.
        const named = isUuid(key) ? { id: key } : { [entity.endpointKey]: key };
        if (found)
          return [200, await dao.update(replacedRow(entity, this.version, found, { ...body, ...named }))];
        return [200, await dao.insert(newRow(entity, this.version, { ...body, ...named }))];
      }
      case "DELETE":
        if (found) await dao.delete(String(found.id));
        else if (parent) throw notFound();
        return [204];
      default:
        throw methodNotAllowed();
    }
  }

  /** `/routes/x/service`: what a member belongs to. */
  private async owner(entity: Entity, key: string, field: string, asked: Asked): Promise<Answer> {
    const known = entries(entity.fields(this.version)).find(([name]) => name === field)?.[1];
    const target = ENTITIES.find(({ name }) => name === known?.reference);
    const found = known && target && (await this.store.dao(entity.name).find(key));
    const id = found && (found[field] as { id: string } | null)?.id;
    if (!target || id === undefined) throw notFound();
    if (asked.method === "DELETE") throw methodNotAllowed();
    return this.member(target, id, asked);
  }

  /** The body, with foreign entities that it calls by name replaced by their ids. */
  private async body(entity: Entity, asked: Asked, parent: Parent | undefined): Promise<Json> {
    const fields = entity.fields(this.version);
    const body = await readBody(asked.request, fields);
    for (const [name, field] of entries(fields)) {
      const given = body[name];
      if (field.type !== "foreign" || !isObject(given) || given.id !== undefined) continue;
      const target = ENTITIES.find((one) => one.name === field.reference);
      const key = target && given[target.endpointKey];
      if (!target || typeof key !== "string") continue;
      const row = await this.store.dao(target.name).find(key);
      if (!row) throw unresolvedForeign(name, given, target.name);
      body[name] = { id: row.id };
    }
    return parent ? { ...body, [parent.field]: { id: parent.id } } : body;
  }
}

/** The entity nested below another one under this name, and the field that ties them. */
function childOf(
  parent: Entity,
  nested: string,
  version: Version,
): { entity: Entity; field: string } | undefined {
  for (const entity of ENTITIES.filter((one) => one.nestedPath === nested)) {
    const field = entries(entity.fields(version)).find(([, one]) => one.reference === parent.name)?.[0];
    if (field !== undefined) return { entity, field };
  }
  return undefined;
}
