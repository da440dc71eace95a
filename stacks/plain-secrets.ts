import { slotNames } from "../products/release";
import type { Settings } from "./config/read";

/** Keys that hold a secret and are not among those that are encrypted: it is in the stack's config file for everybody to read. */
export function plainSecrets({ secrets, config }: Settings, encrypted: ReadonlySet<string>): string[] {
  const slots = slotNames.filter((name) => {
    const own = config[name]?.existing?.database.password ?? config[name]?.database?.password;
    return own !== undefined || Object.keys(secrets[name]?.environment ?? {}).length > 0;
  });
  return [...slots, ...(config.database.password === undefined ? [] : ["database"])]
    .map((key) => `gateway:${key}`)
    .filter((key) => !encrypted.has(key));
}
