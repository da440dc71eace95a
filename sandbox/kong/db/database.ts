import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { CommandError } from "../cli/error";
import type { Config } from "../config";
import { subsystemsOf } from "../migrations/index";
import type { Version } from "../version";
import { newClient } from "./client";
import { readState, type SchemaState } from "./state";

/** The commands' connection to Kong's database. */
export class Database {
  /** Who holds a lock: every command is somebody else, as in Kong. */
  readonly owner = randomUUID();
  private constructor(
    readonly client: Client,
    readonly version: Version,
    readonly name: string,
    readonly schema: string,
  ) {}

  static async connect(config: Config, version: Version): Promise<Database> {
    const client = newClient(config);
    // Without a listener a server that goes away would end the process before the query's own error is told.
    client.on("error", () => undefined);
    try {
      await client.connect();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = code === "ECONNREFUSED" ? "connection refused" : message;
      throw new CommandError(
        `[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: ${reason}`,
      );
    }
    return new Database(client, version, config.values.pg_database ?? "", config.values.pg_schema ?? "");
  }

  async schemaState(): Promise<SchemaState> {
    return readState(this.client, subsystemsOf(this.version));
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
