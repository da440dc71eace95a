import { rename, writeFile } from "node:fs/promises";
import type { SlotName } from "../../../products/release";
import { balancerFiles, openWay } from "./config";
import { tell } from "./runtime";

/** The way to the Admin API: whose it is, and why it takes no writes, when it takes none. */
export interface AdminWay {
  slot: SlotName;
  /** Undefined when it is open. */
  closed?: string;
}

/** HAProxy puts the reason into an answer in JSON: what would need escaping there is left out. */
function plain(reason: string): string {
  return reason.replace(/[^A-Za-z0-9 .,:;()/_-]+/g, " ").trim();
}

/** Sets the way, in the running balancer and in the file that it reads at a start. Reads stay allowed when closed. */
export async function setAdminWay(directory: string, { slot, closed }: AdminWay): Promise<void> {
  const { adminWay } = balancerFiles(directory);
  const reason = closed === undefined ? openWay : plain(closed);
  await writeFile(`${adminWay}.new`, `slot ${slot}\nclosed ${reason}\n`);
  await rename(`${adminWay}.new`, adminWay);
  await tell(directory, [
    `set map ${adminWay} slot ${slot}`,
    `set map ${adminWay} closed ${reason.replaceAll(" ", "\\ ")}`,
  ]);
}
