import { AwsError, type Answer } from "../wire/answer";
import type { Call } from "../wire/call";
import { copyVolume, identifier, withOverlay, type Rds } from "./state";

/** CreateDBSnapshot: `creating` while the volume is copied. */
export async function createSnapshot(rds: Rds, call: Call): Promise<Answer> {
  const id = identifier(call, "DBInstanceIdentifier");
  if (rds.instances.get(id)?.status) {
    const why = `Cannot create a snapshot because the database instance ${id} is not currently in the available state.`;
    throw new AwsError("InvalidDBInstanceState", why);
  }
  const answer = await rds.moto.pass(call);
  if (answer.status >= 300) return answer;
  const snapshotId = identifier(call, "DBSnapshotIdentifier");
  rds.inBackground(copyVolume(rds, id, snapshotId));
  return withOverlay(rds, answer);
}

/** CopyDBSnapshot: a volume is never written again, so the copy stands on the same one. */
export async function copySnapshot(rds: Rds, call: Call): Promise<Answer> {
  const source = rds.snapshots.get(identifier(call, "SourceDBSnapshotIdentifier"));
  const answer = await rds.moto.pass(call);
  if (answer.status < 300 && source) {
    rds.snapshots.set(identifier(call, "TargetDBSnapshotIdentifier"), { ...source });
  }
  return withOverlay(rds, answer);
}

/** DeleteDBSnapshot: refused while it is made. */
export async function deleteSnapshot(rds: Rds, call: Call): Promise<Answer> {
  const id = identifier(call, "DBSnapshotIdentifier");
  const state = rds.snapshots.get(id);
  if (state?.status === "creating") {
    throw new AwsError("InvalidDBSnapshotState", `DBSnapshot ${id} is not in available state.`);
  }
  const answer = await rds.moto.pass(call);
  if (answer.status >= 300 || !state) return answer;
  rds.snapshots.delete(id);
  const isShared = [...rds.snapshots.values()].some(({ volume }) => volume === state.volume);
  if (!isShared && !state.status) await (await rds.databases()).dropSnapshot(state.volume);
  return answer;
}
