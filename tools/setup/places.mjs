import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this set-up belongs to. */
export const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const engineTools = path.join(checkout, "tools", "engine");
export const nodeModules = path.join(checkout, "node_modules");

/** What is built or downloaded is the user's, not the checkout's: a second clone finds it there. */
export const cache = path.join(userCache(), "gateway-upgrade");

function userCache() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  const inHome = process.platform === "darwin" ? ["Library", "Caches"] : [".cache"];
  return path.join(os.homedir(), ...inHome);
}

/** The directory of the user's own Pulumi, which the set-up reads but never writes. */
export const userPulumiHome = process.env.PULUMI_HOME || path.join(os.homedir(), ".pulumi");
