import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { operationOf } from "../../../products/operations";
import type { OwnTables } from "../../../products/configuration";
import type { KeptFingerprint } from "../../../products/fingerprint";
import { filesOf } from "../layout";
import { mustRun } from "../run-program";
import { takeFingerprint } from "../../postgres/fingerprint";
import { type Access, asking, clientEnvironment, countRows, withClient } from "./client";
import { postgresProgram } from "./programs";

/** What lies beside a dump. */
export interface Manifest {
  product: string;
  /** The gateway version whose schema the dump has. */
  version: string;
  /** The slot's life that it was taken of, and the moment in its life: before an upgrade, or last before it was dropped. */
  of: string;
  reason: string;
  time: string;
  /** Of every file of the dump, by name and content. */
  sha256: string;
  rows: Record<string, number>;
}

const manifestFile = "manifest.json";
const fingerprintFile = "fingerprint.json";

async function hashOf(dump: string): Promise<string> {
  const whole = createHash("sha256");
  for (const name of (await readdir(dump)).sort()) {
    const file = createHash("sha256");
    await pipeline(createReadStream(path.join(dump, name)), file);
    whole.update(`${name} ${file.digest("hex")}\n`);
  }
  return whole.digest("hex");
}

/**
 * Dumps a database, in directory format, with a manifest and a fingerprint of its configuration. Rows are counted and
 * hashed in the same database snapshot as the dump. It is written under a temporary name and renamed when it is whole, so what bears a snapshot's name is one.
 */
export async function takeSnapshot(
  directory: string,
  access: Access,
  about: Pick<Manifest, "product" | "version" | "of" | "reason">,
  { name, ownTables, limit }: { name: string; ownTables: OwnTables; limit: number },
): Promise<string> {
  const { configuration } = operationOf(about.product);
  const { snapshots } = filesOf(directory);
  const time = new Date().toISOString();
  const location = path.join(snapshots, `${name}-${time.replace(/[-:]|\.\d+/g, "").toLowerCase()}`);
  const partial = path.join(snapshots, `.${name}.partial`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const dump = path.join(partial, "dump");
  const { rows, fingerprint } = await withClient(access, async (client) => {
    await client.query("begin isolation level repeatable read read only");
    const exported = await client.query<{ id: string }>("select pg_export_snapshot() as id");
    const rows = await countRows(client);
    const fingerprint = configuration && (await takeFingerprint(asking(client), configuration, ownTables));
    await mustRun(
      postgresProgram("pg_dump"),
      ["--format=directory", `--file=${dump}`, `--snapshot=${exported.rows[0]?.id}`, "--no-password"],
      { environment: clientEnvironment(access), limit },
    );
    return { rows, fingerprint };
  });
  await verifyReadable(dump);
  if (fingerprint) await writeFile(path.join(partial, fingerprintFile), JSON.stringify(fingerprint));
  const manifest: Manifest = { ...about, time, sha256: await hashOf(dump), rows };
  await writeFile(path.join(partial, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(partial, location);
  return location;
}

async function verifyReadable(dump: string): Promise<void> {
  const listed = await mustRun(postgresProgram("pg_restore"), ["--list", dump]);
  if (!listed.stdout.includes("Archive created at"))
    throw new Error(`pg_restore finds no archive in ${dump}`);
}

/** Reads a snapshot's manifest. */
export async function readManifest(location: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(location, manifestFile), "utf8")) as Manifest;
}

/** Reads the fingerprint of the configuration that lies beside a dump. */
export async function readFingerprint(location: string): Promise<KeptFingerprint> {
  return JSON.parse(await readFile(path.join(location, fingerprintFile), "utf8")) as KeptFingerprint;
}

/** Fills an empty database from a snapshot, all or nothing, and compares the rows. Throws on any difference. */
export async function fillFromSnapshot(
  access: Access,
  owner: string,
  location: string,
  limit: number,
): Promise<void> {
  const manifest = await readManifest(location);
  const dump = path.join(location, "dump");
  if ((await hashOf(dump)) !== manifest.sha256) {
    throw new Error(
      `the snapshot ${location} is not what its manifest says (sha256 differs): take another one`,
    );
  }
  await mustRun(
    postgresProgram("pg_restore"),
    [
      "--exit-on-error",
      "--single-transaction",
      "--no-owner",
      "--no-privileges",
      `--role=${owner}`,
      "--no-password",
      "--dbname",
      access.database,
      dump,
    ],
    { environment: clientEnvironment(access), limit },
  );
  const rows = await withClient(access, countRows);
  const tables = [...new Set([...Object.keys(rows), ...Object.keys(manifest.rows)])];
  const different = tables.filter((table) => rows[table] !== manifest.rows[table]);
  if (different.length > 0) {
    const told = different
      .map((table) => `${table}: ${manifest.rows[table] ?? 0} → ${rows[table] ?? 0}`)
      .join(", ");
    throw new Error(`the database filled from ${location} has other row counts: ${told}`);
  }
}

/** Every whole snapshot of a stack, the newest first. */
export async function listSnapshots(directory: string): Promise<(Manifest & { location: string })[]> {
  const { snapshots } = filesOf(directory);
  const names = (await readdir(snapshots).catch(() => [])).filter((name) => !name.startsWith("."));
  const found = await Promise.all(
    names.map(async (name) => {
      const location = path.join(snapshots, name);
      const manifest = await readManifest(location).catch(() => undefined);
      return manifest ? [{ ...manifest, location }] : [];
    }),
  );
  return found.flat().sort((a, b) => (a.time < b.time ? 1 : -1));
}

/** The snapshot that a slot's life was filled from: the newest one that was taken for it. */
export async function snapshotBefore(directory: string, life: string): Promise<string | undefined> {
  return (await listSnapshots(directory)).find(({ reason }) => reason === `before-${life}`)?.location;
}
