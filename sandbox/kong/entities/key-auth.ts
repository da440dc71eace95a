import { typedefs } from "./schema";
import type { Entity } from "./types";

export const keyAuth: Entity = {
  name: "keyauth_credentials",
  path: "key-auths",
  nestedPath: "key-auth",
  endpointKey: "key",
  fields: () => [
    { id: typedefs.id },
    { created_at: typedefs.timestamp },
    { consumer: { type: "foreign", reference: "consumers", required: true, on_delete: "cascade" } },
    { key: { type: "string", unique: true, auto: true } },
    { tags: typedefs.tags },
  ],
};
