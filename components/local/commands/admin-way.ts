import { operationOf } from "../../../products/operations";
import type { OwnTables } from "../../../products/configuration";
import { formatDifferences } from "../../../products/fingerprint";
import type { CutoverReport, FreezeMode } from "../../../products/freeze";
import type { SlotName } from "../../../products/release";
import { forgetTakeover, noteTakeover, type ReadSlot } from "../cutover";
import { closedReason } from "../../closed-reason";
import { setAdminWay } from "../haproxy/admin-way";
import { balancerExists, ensureRunning } from "../haproxy/process";
import { liveServers } from "../haproxy/runtime";
import { slotWeights } from "../haproxy/weights";
import { withLock } from "../lock";
import { json, text } from "../../command-input";

function change<T>(purpose: string, act: (directory: string) => Promise<T>): Promise<T> {
  const directory = text("directory");
  return withLock({ directory, piece: "weights", purpose, limit: json("lockLimit") }, async () => {
    await ensureRunning(directory);
    return act(directory);
  });
}

/** Closes the way to the Admin API for everything but reads, before the configuration is copied. */
export function close(): Promise<{ closed: true }> {
  const [older, newer] = [text("older") as SlotName, text("newer") as SlotName];
  return change("closing the Admin API", async (directory) => {
    await setAdminWay(directory, {
      slot: older,
      closed: closedReason(newer, older, json<boolean>("shared")),
    });
    return { closed: true as const };
  });
}

/** Opens it on the slot that serves: the upgrade was taken back, or its older slot retired. */
export function open(): Promise<void> {
  const directory = text("directory");
  if (!balancerExists(directory)) return Promise.resolve();
  return change("opening the Admin API", async () => {
    const weights = slotWeights(await liveServers(directory));
    await setAdminWay(directory, { slot: weights.green > weights.blue ? "green" : "blue" });
  });
}

/**
 * Sets it as the weights demand: open on the slot that is alone, or on the newer one once it has all weight. With two
 * slots and any other weights it is closed, or, where changes are only detected, open on the older one.
 */
export function set(): Promise<CutoverReport> {
  const holder = text("holder");
  const [older, newer] = [text("older") as SlotName, text("newer")];
  const opens = newer === "" || holder === newer;
  return change("setting the way to the Admin API", async (directory) => {
    const late = await takeover(directory, holder === newer);
    const closed =
      text("freeze") === ("hold" satisfies FreezeMode)
        ? { closed: closedReason(newer, older, json<boolean>("shared")) }
        : {};
    await setAdminWay(directory, opens ? { slot: holder as SlotName } : { slot: older, ...closed });
    return { holder, late };
  });
}

/** Before the newer slot's Admin API opens: how its configuration is, and what the older one's has that it has not. */
async function takeover(directory: string, takesOver: boolean): Promise<CutoverReport["late"]> {
  const slots = json<{ older: ReadSlot; newer: ReadSlot } | null>("slots");
  const { configuration } = operationOf(text("product"));
  if (!slots || !configuration) return [];
  const { older, newer } = slots;
  if (!takesOver) {
    await forgetTakeover(directory, newer.life);
    return [];
  }
  const late = await noteTakeover(directory, older, newer, {
    configuration,
    ownTables: json<OwnTables>("ownTables"),
  });
  if (late.length > 0) {
    const what = typeof late === "string" ? late : formatDifferences(late);
    console.error(
      `warning: written to ${older.life} while ${newer.life} took over, and not on it: ${what}. ` +
        `Write it again there; retiring the older slot asks for "freeze/late-changes" in gateway:acknowledge.`,
    );
  }
  return late;
}
