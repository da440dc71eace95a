import { gzipSync } from "node:zlib";
import { lastLines } from "../last-lines";
import type { Ask } from "../postgres/ask";
import type { Clients } from "./clients";
import { runTask, type TaskPlace } from "./run-task";

/** A database, as a task of PostgreSQL's client is led to it. */
export interface AskedDatabase {
  /** Task definition with the client, the user and its password. */
  definition: string;
  host: string;
  port: number;
  startedBy: string;
  /** In seconds. */
  limit: number;
}

/** Lines that only we write: what else a server says (notices, warnings) is none of a row. */
const [rowMark, endMark] = ["gateway-row", "gateway-end"];

/** A statement whose rows come one to a line, with the statement's number. */
function asRows(statement: string, index: number): string {
  return `select '${rowMark} ${index} ' || row_to_json(q)::text from (${statement.trim().replace(/;$/, "")}) q;`;
}

/** Packed, since a task run may be told little: statements about tables of one shape pack well. */
function packed(script: string): string {
  return gzipSync(script, { level: 9 }).toString("base64");
}

const client = `printf %s "$GATEWAY_STATEMENTS" | base64 -d | gunzip | psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1`;

async function runScript(
  clients: Clients,
  place: TaskPlace,
  { definition, host, port, startedBy, limit }: AskedDatabase,
  script: string,
): Promise<string> {
  const { exitCode, output } = await runTask(clients, place, {
    definition,
    command: ["sh", "-c", client],
    environment: { PGHOST: host, PGPORT: String(port), GATEWAY_STATEMENTS: packed(script) },
    startedBy,
    limit,
    isWhole: (lines) => lines.split("\n").includes(endMark),
  });
  if (exitCode !== 0) {
    throw new Error(`the database at ${host} did not answer (exit code ${exitCode}): ${lastLines(output)}`);
  }
  return output;
}

const end = `select '${endMark}';`;

/**
 * Asks a database in the VPC: statements that are asked together are one task run, and see one moment. It reads; what
 * would write fails.
 */
export function askThroughTasks(clients: Clients, place: TaskPlace, database: AskedDatabase): Ask {
  return async <T>(...statements: string[]) => {
    if (statements.length === 0) return [];
    const script = [
      "begin isolation level repeatable read read only;",
      ...statements.map(asRows),
      "commit;",
      end,
    ].join("\n");
    const answers = statements.map((): T[] => []);
    for (const line of (await runScript(clients, place, database, script)).split("\n")) {
      const row = new RegExp(`^${rowMark} (\\d+) (.*)$`).exec(line);
      if (row) answers[Number(row[1])]?.push(JSON.parse(row[2] ?? "") as T);
    }
    return answers;
  };
}

/** Runs statements that write, all of them or none. */
export async function tellThroughTask(
  clients: Clients,
  place: TaskPlace,
  database: AskedDatabase,
  statements: string[],
): Promise<void> {
  await runScript(clients, place, database, ["begin;", ...statements, "commit;", end].join("\n"));
}

/** Reads a whole database once: what a restored one still has to fetch is fetched now, not by the first requests. */
export async function readThrough(
  clients: Clients,
  place: TaskPlace,
  database: AskedDatabase,
): Promise<void> {
  const { exitCode, output } = await runTask(clients, place, {
    definition: database.definition,
    command: [
      "sh",
      "-c",
      "pg_dump --no-password > /dev/null && psql --no-psqlrc --quiet --command 'vacuum analyze'",
    ],
    environment: { PGHOST: database.host, PGPORT: String(database.port) },
    startedBy: database.startedBy,
    limit: database.limit,
  });
  if (exitCode !== 0)
    throw new Error(`the database at ${database.host} cannot be read through: ${lastLines(output)}`);
}
