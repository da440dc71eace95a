import type { Client } from "pg";

/**
 * Makes an instance's master user and its database as RDS does: no superuser, but one that makes roles and databases, owns
 * its own database and the one called postgres, and is a member of `rds_superuser`.
 */
export async function makeMasterUser(
  client: Client,
  { user, password, database }: { user: string; password: string; database: string },
): Promise<void> {
  const [role, secret] = [client.escapeIdentifier(user), client.escapeLiteral(password)];
  await client.query("create role rds_superuser");
  await client.query("grant pg_monitor, pg_signal_backend to rds_superuser");
  await client.query(
    `create role ${role} login createrole createdb password ${secret} in role rds_superuser`,
  );
  await client.query(`alter database postgres owner to ${role}`);
  if (database === "postgres") return;
  await client.query(`create database ${client.escapeIdentifier(database)} owner ${role} template template0`);
}

/** Gives the user another password; connections that are open stay. */
export async function changePassword(client: Client, user: string, password: string): Promise<void> {
  await client.query(
    `alter role ${client.escapeIdentifier(user)} password ${client.escapeLiteral(password)}`,
  );
}
