import type { Pool } from "pg";
import { newPool } from "../db/client";
import type { Config } from "../config";
import { Dao } from "../entities/dao";
import { ENTITIES } from "../entities/index";
import type { Json } from "../entities/schema";
import type { Version } from "../version";

/** The configuration that the proxy works with, read at once. */
export interface Snapshot {
  services: Json[];
  routes: Json[];
  plugins: Json[];
  upstreams: Json[];
  targets: Json[];
  /** Who may come in; undefined if it cannot be read, and then nobody can be known. */
  consumers: Json[] | undefined;
  credentials: Json[] | undefined;
}

/** The database as a running node sees it. */
export class Store {
  readonly pool: Pool;
  private readonly daos: Map<string, Dao>;
  private lastEvent = new Date(0);
  private readonly seen = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private loading: Promise<void> | undefined;
  private again: Promise<void> | undefined;

  constructor(
    private readonly config: Config,
    version: Version,
    readonly nodeId: string,
    private readonly onSnapshot: (snapshot: Snapshot) => void,
  ) {
    this.pool = newPool(config);
    this.daos = new Map(ENTITIES.map((entity) => [entity.name, new Dao(this.pool, entity, version, nodeId)]));
  }

  dao(name: string): Dao {
    const dao = this.daos.get(name);
    if (!dao) throw new Error(`no entity ${name}`);
    return dao;
  }

  /** Reads the configuration anew. Calls during a reading share the one that follows it. */
  reload(): Promise<void> {
    if (!this.loading) {
      this.loading = this.load().finally(() => (this.loading = undefined));
      return this.loading;
    }
    this.again ??= this.loading
      .catch(() => undefined)
      .then(() => {
        this.again = undefined;
        return this.reload();
      });
    return this.again;
  }

  private async load(): Promise<void> {
    const all = (name: string) => this.dao(name).all();
    // As in Kong: routing is built at the start, consumers are looked for when a request needs one.
    const lazily = (name: string) =>
      all(name).catch((error: unknown) => {
        report(`could not read ${name}: ${(error as Error).message}`);
        return undefined;
      });
    const [services, routes, plugins, upstreams, targets, consumers, credentials] = await Promise.all([
      all("services"),
      all("routes"),
      all("plugins"),
      all("upstreams"),
      all("targets"),
      lazily("consumers"),
      lazily("keyauth_credentials"),
    ]);
    this.onSnapshot({ services, routes, plugins, upstreams, targets, consumers, credentials });
  }

  /** Looks for what other nodes wrote, every `db_update_frequency` seconds. */
  watch(): void {
    this.timer = setTimeout(
      () => {
        this.poll()
          .catch((error: unknown) => report(`could not poll cluster events: ${(error as Error).message}`))
          .finally(() => this.watch());
      },
      Number(this.config.values.db_update_frequency) * 1000,
    );
    this.timer.unref();
  }

  private async poll(): Promise<void> {
    // Events that another transaction committed late are caught by looking some seconds back.
    const { rows } = await this.pool.query<{ id: string; at: Date }>(
      `SELECT id, at FROM cluster_events WHERE at > $1 AND node_id <> $2 ORDER BY at`,
      [new Date(this.lastEvent.getTime() - 5000), this.nodeId],
    );
    const fresh = rows.filter(({ id }) => !this.seen.has(id));
    if (fresh.length === 0) return;
    await this.reload();
    this.seen.clear();
    for (const { id, at } of rows) {
      this.seen.add(id);
      if (at > this.lastEvent) this.lastEvent = at;
    }
  }

  /** Where the polling begins: what is older is in the first snapshot. */
  async begin(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; at: Date }>(`SELECT id, at FROM cluster_events`);
    for (const { id, at } of rows) {
      this.seen.add(id);
      if (at > this.lastEvent) this.lastEvent = at;
    }
    await this.reload();
  }

  /** Whether a connection to the database can be had now. */
  async reachable(): Promise<boolean> {
    try {
      await this.pool.query("SELECT 1");
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.pool.end();
  }
}

export function report(line: string): void {
  process.stderr.write(`${new Date().toISOString()} [error] ${line}\n`);
}
