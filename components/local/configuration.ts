import {
  type Configuration,
  exceptionsBetween,
  kindOfTable,
  type OwnTables,
} from "../../products/configuration";
import { compareFingerprints, type Difference } from "../../products/fingerprint";
import type { ConfigurationReader } from "../live-gateway";
import type { SlotContext } from "../slot-context";
import type { Applied } from "./commands/apply";
import { fingerprintOf, type ReadSlot, sinceSnapshot, type Takeover } from "./cutover";
import { readNote } from "./notes";
import { withClient } from "./postgres/client";
import { compareConfigurations } from "./postgres/fingerprint";
import { type SlotDatabase, slotAccess } from "./postgres/slot-access";
import { listTables, quoted } from "./postgres/tables";

/** What a slot's requests touched is no difference: the config asked for it. */
function withoutTouched(differences: Difference[], touched: Record<string, string[]> = {}): Difference[] {
  return differences
    .map(({ table, added, removed, changed }) => {
      const left = (ids: string[]) => ids.filter((id) => !touched[table]?.includes(id));
      return { table, added: left(added), removed: left(removed), changed: left(changed) };
    })
    .filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0);
}

/** Reads the databases of a gateway's slots, wherever they lie. */
export function configurationReader(
  directory: string,
  configuration: Configuration,
  ownTables: OwnTables,
  databaseOf: (context: SlotContext) => SlotDatabase,
): ConfigurationReader {
  const reading = { configuration, ownTables };
  const readSlot = (context: SlotContext): ReadSlot => ({
    life: context.life,
    database: databaseOf(context),
  });
  const access = (context: SlotContext) => slotAccess(directory, databaseOf(context));

  return {
    server: async (context) =>
      withClient(await access(context), async (client) => {
        const { rows } = await client.query<{ version: string }>(
          "select current_setting('server_version') as version",
        );
        return rows[0]?.version.split(" ")[0] ?? "";
      }),

    runtime: async (context) =>
      withClient(await access(context), async (client) => {
        const tables: Record<string, number> = {};
        for (const table of await listTables(client)) {
          const kind = kindOfTable(configuration, ownTables, table.name);
          if (kind !== "run-time" && kind !== "counter") continue;
          const { rows } = await client.query<{ count: number }>(
            `select count(*)::int as count from ${quoted(client, table)}`,
          );
          tables[table.name] = rows[0]?.count ?? 0;
        }
        const { rows } = await client.query<{ name: string; count: number }>(configuration.concernedPlugins);
        return { tables, plugins: Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)])) };
      }),

    sinceSnapshot: (older, newer) => sinceSnapshot(directory, readSlot(older), readSlot(newer), reading),

    unequal: async (older, newer) => {
      const exceptions = exceptionsBetween(configuration, older.slot.version, newer.slot.version);
      const [first, second] = [await access(older), await access(newer)];
      const differences = await withClient(first, (ofOlder) =>
        withClient(second, (ofNewer) =>
          compareConfigurations(ofOlder, ofNewer, { configuration, own: ownTables, exceptions }),
        ),
      );
      return withoutTouched(
        differences,
        (await readNote<Applied>(directory, "applied", newer.life))?.touched,
      );
    },

    sinceCutover: async (newer) => {
      const taken = await readNote<Takeover>(directory, "cutover", newer.life);
      if (!taken) return undefined;
      const now = await fingerprintOf(directory, databaseOf(newer), reading, taken.fingerprint.columns);
      return compareFingerprints(taken.fingerprint.rows, now.rows);
    },
  };
}
