import {
  type Configuration,
  exceptionsBetween,
  kindOfTable,
  type OwnTables,
} from "../products/configuration";
import {
  compareFingerprints,
  type Difference,
  type Fingerprint,
  type KeptFingerprint,
} from "../products/fingerprint";
import type { ConfigurationReader } from "./live-gateway";
import type { Ask } from "./postgres/ask";
import { compareConfigurations, takeFingerprint } from "./postgres/fingerprint";
import { listTables, quoted } from "./postgres/tables";
import type { SlotContext } from "./slot-context";

/** What is kept of the requests that were sent to a slot: its configuration before them, and the rows that they touched. */
export interface Applied {
  before: Fingerprint;
  touched?: Record<string, string[]>;
}

/** How a platform reaches the databases of a gateway's slots, and what it keeps of their lives. */
export interface Databases {
  /** Hands over a way to ask the slot's database, and closes it. */
  withDatabase: <T>(context: SlotContext, act: (ask: Ask) => Promise<T>) => Promise<T>;
  /** The fingerprint that was taken with the snapshot that a slot was filled from; throws where there is none. */
  ofSnapshot: (newer: SlotContext) => Promise<KeptFingerprint>;
  /** The fingerprint of the moment at which a slot took over; undefined when it never did. */
  ofCutover: (newer: SlotContext) => Promise<KeptFingerprint | undefined>;
  /** Rows that the requests sent to a slot touched, by table. */
  touched: (newer: SlotContext) => Promise<Applied["touched"]>;
}

/** What a slot's requests touched is no difference: the config asked for it. */
function withoutTouched(differences: Difference[], touched: Applied["touched"] = {}): Difference[] {
  return differences
    .map(({ table, added, removed, changed }) => {
      const left = (ids: string[]) => ids.filter((id) => !touched[table]?.includes(id));
      return { table, added: left(added), removed: left(removed), changed: left(changed) };
    })
    .filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0);
}

/** Reads the databases of a gateway's slots, wherever they lie. */
export function configurationReader(
  configuration: Configuration,
  ownTables: OwnTables,
  { withDatabase, ofSnapshot, ofCutover, touched }: Databases,
): ConfigurationReader {
  const since = async (kept: KeptFingerprint, context: SlotContext) => {
    const now = await withDatabase(context, (ask) =>
      takeFingerprint(ask, configuration, ownTables, kept.columns),
    );
    return compareFingerprints(kept.rows, now.rows);
  };

  return {
    server: (context) =>
      withDatabase(context, async (ask) => {
        const [rows] = await ask<{ version: string }>("select current_setting('server_version') as version");
        return rows?.[0]?.version.split(" ")[0] ?? "";
      }),

    runtime: (context) =>
      withDatabase(context, async (ask) => {
        const counted = (await listTables(ask)).filter(({ name }) =>
          ["run-time", "counter"].includes(kindOfTable(configuration, ownTables, name)),
        );
        const [plugins = [], ...counts] = await ask<{ name: string; count: number }>(
          configuration.concernedPlugins,
          ...counted.map((table) => `select count(*)::int as count from ${quoted(table)}`),
        );
        return {
          tables: Object.fromEntries(
            counted.map(({ name }, index) => [name, counts[index]?.[0]?.count ?? 0]),
          ),
          plugins: Object.fromEntries(plugins.map(({ name, count }) => [name, Number(count)])),
        };
      }),

    sinceSnapshot: async (older, newer) => since(await ofSnapshot(newer), older),

    unequal: async (older, newer) => {
      const exceptions = exceptionsBetween(configuration, older.slot.version, newer.slot.version);
      const differences = await withDatabase(older, (ofOlder) =>
        withDatabase(newer, (ofNewer) =>
          compareConfigurations(ofOlder, ofNewer, { configuration, own: ownTables, exceptions }),
        ),
      );
      return withoutTouched(differences, await touched(newer));
    },

    sinceCutover: async (newer) => {
      const kept = await ofCutover(newer);
      return kept && since(kept, newer);
    },
  };
}
