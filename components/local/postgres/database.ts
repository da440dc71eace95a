import { passwordOf } from "../credentials-file";
import { host } from "../layout";
import { type Access, withClient } from "./client";
import { superuser } from "./cluster";
import { fillFromSnapshot } from "./snapshot";

/** What a full database says of itself, as its comment. One without it is half-filled. */
interface Mark {
  filledFrom: string;
}

/** A database of the embedded cluster, as its superuser reaches it. */
export async function superuserAccess(directory: string, port: number, database: string): Promise<Access> {
  return { host, port, user: superuser, password: await passwordOf(directory, superuser), database };
}

/** What the database was filled from; undefined when it is half-filled, null when it is not there. */
export async function markOf(server: Access, name: string): Promise<string | undefined | null> {
  return withClient(server, async (client) => {
    const found = await client.query<{ comment: string | null }>(
      "select shobj_description(oid, 'pg_database') as comment from pg_database where datname = $1",
      [name],
    );
    const row = found.rows[0];
    if (!row) return null;
    return row.comment === null ? undefined : (JSON.parse(row.comment) as Mark).filledFrom;
  });
}

async function drop(server: Access, name: string): Promise<void> {
  await withClient(server, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`);
  });
}

/** Drops a database and the role that owned it. */
export async function dropDatabase(directory: string, port: number, name: string): Promise<void> {
  const server = await superuserAccess(directory, port, superuser);
  await drop(server, name);
  await withClient(server, (client) => client.query(`drop role if exists ${client.escapeIdentifier(name)}`));
}

/**
 * Makes a slot's database and its owner, and fills it from a snapshot ("" makes it empty). One that is full and says
 * that it is from there is adopted; a half-filled one is dropped and made anew.
 */
export async function makeDatabase(
  { directory, port, name, password }: { directory: string; port: number; name: string; password: string },
  filledFrom: string,
  limit: number,
): Promise<"adopted" | "made"> {
  const server = await superuserAccess(directory, port, superuser);
  await withClient(server, async (client) => {
    const [role, secret] = [client.escapeIdentifier(name), client.escapeLiteral(password)];
    const known = await client.query("select from pg_roles where rolname = $1", [name]);
    await client.query(`${known.rowCount ? "alter" : "create"} role ${role} login password ${secret}`);
  });
  if ((await markOf(server, name)) === filledFrom) return "adopted";
  await drop(server, name);
  await withClient(server, (client) =>
    client.query(
      `create database ${client.escapeIdentifier(name)} owner ${client.escapeIdentifier(name)} template template0`,
    ),
  );
  const access = { ...server, database: name };
  await withClient(access, (client) =>
    client.query(`grant all on schema public to ${client.escapeIdentifier(name)}`),
  );
  if (filledFrom !== "") await fillFromSnapshot(access, name, filledFrom, limit);
  const mark: Mark = { filledFrom };
  await withClient(server, (client) =>
    client.query(
      `comment on database ${client.escapeIdentifier(name)} is ${client.escapeLiteral(JSON.stringify(mark))}`,
    ),
  );
  return "made";
}
