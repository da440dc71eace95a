import type { DatabaseAddress } from "../../../products/operation";
import type { SlotName } from "../../../products/release";
import { passwordOf } from "../credentials-file";
import type { Access } from "./client";
import { superuserAccess } from "./database";

/** A slot's database, as commands are told of it. */
export interface SlotDatabase extends DatabaseAddress {
  slot: SlotName;
  /** Whether it lies in the embedded cluster, whose superuser is ours. */
  embedded: boolean;
}

/** How a slot's database is read: by the embedded cluster's superuser, or by the user that config gives. */
export async function slotAccess(
  directory: string,
  { embedded, slot, ...address }: SlotDatabase,
): Promise<Access> {
  const { host, port, name, user } = address;
  if (embedded) return superuserAccess(directory, port, name);
  return { host, port, user, database: name, password: await passwordOf(directory, slot) };
}
