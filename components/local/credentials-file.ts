import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { type Secrets, type SlotName, slotNames } from "../../products/release";
import { filesOf } from "./layout";
import { withLock } from "./lock";

/** What commands need and no resource but `Credentials` ever has. */
export interface CredentialsFile {
  /** What config gives, by slot; an existing gateway's database has its password here. */
  given: Secrets;
  /** Passwords made here for whatever config gives none for. */
  made: Record<string, string>;
}

/** Reads the owner-only file. Throws where `Credentials` has not made it. */
export function readCredentials(directory: string): CredentialsFile {
  return JSON.parse(readFileSync(filesOf(directory).credentials, "utf8")) as CredentialsFile;
}

/** Writes it under a temporary name first: a reader never meets half a file. */
export async function writeCredentials(directory: string, credentials: CredentialsFile): Promise<void> {
  const { root, credentials: file } = filesOf(directory);
  await mkdir(root, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(credentials), { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}

/** What config gives of a slot's secrets for the environment of its nodes and tasks. */
export function secretEnvironment(directory: string, slot: SlotName): Record<string, string> {
  return readCredentials(directory).given[slot]?.environment ?? {};
}

function isSlot(role: string): role is SlotName {
  return (slotNames as readonly string[]).includes(role);
}

/** The password of a slot's database, or of a role: the one that config gives, or one made at first use and kept. */
export async function passwordOf(directory: string, role: string): Promise<string> {
  const known = (file: CredentialsFile) =>
    (isSlot(role) ? file.given[role]?.password : undefined) ?? file.made[role];
  const password = known(readCredentials(directory));
  if (password !== undefined) return password;
  return withLock({ directory, piece: "credentials", purpose: "making a password", limit: 30 }, async () => {
    const file = readCredentials(directory);
    const made = known(file) ?? randomBytes(24).toString("base64url");
    await writeCredentials(directory, { ...file, made: { ...file.made, [role]: made } });
    return made;
  });
}
