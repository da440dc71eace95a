import { DescribeDBInstancesCommand, type DBInstance } from "@aws-sdk/client-rds";
import type { Databases } from "../databases";
import type { Moto } from "../moto-api";
import { AwsError, type Answer } from "../wire/answer";
import { text, type Call } from "../wire/call";
import { overlay, type Records } from "./records";

/** The version of RDS's API. */
export const api = "2014-10-31";

/** What the actions of RDS share. */
export interface Rds extends Records {
  moto: Moto;
  /** Started when they are first needed: many a test needs none. */
  databases: () => Promise<Databases>;
  /** Work that goes on after its call was answered, and tells of its errors itself. */
  inBackground(work: Promise<void>): void;
}

/** An answer of moto as callers see it. */
export function withOverlay(rds: Rds, answer: Answer): Answer {
  return { ...answer, body: overlay(answer.body, rds) };
}

/** An identifier as the records here are kept, from a name or an ARN; "" when it is absent. */
export function identifier(call: Call, name: string): string {
  return text(call.parameters, name)
    .replace(/^arn:.*:(db|snapshot):/, "")
    .toLowerCase();
}

/** moto's record of an instance. Throws RDS's error when there is none. */
export async function instanceRecord({ moto }: Rds, id: string): Promise<DBInstance> {
  const found = await moto.databases
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch((error: unknown) => {
      const { name, message } = error as Error;
      if (name.startsWith("DBInstanceNotFound")) throw new AwsError("DBInstanceNotFound", message, 404);
      throw error;
    });
  return found.DBInstances?.[0] ?? {};
}

let volumes = 0;

/** Copies an instance's volume; the snapshot, whose record moto has by now, is `creating` until then. Never throws. */
export async function copyVolume(rds: Rds, id: string, snapshotId: string): Promise<void> {
  const volume = `${snapshotId.replace(/[^a-z0-9-]/g, "-")}-${(volumes += 1)}`;
  rds.snapshots.set(snapshotId, { volume, status: "creating" });
  try {
    await (await rds.databases()).snapshot(id, volume);
    rds.snapshots.set(snapshotId, { volume });
  } catch (error) {
    rds.snapshots.set(snapshotId, { volume, status: "failed" });
    console.error(`AWS emulator: the snapshot ${snapshotId} failed:`, error);
  }
}
