import { AwsError, type Answer } from "../wire/answer";
import { text, type Call } from "../wire/call";
import { passwordSetBy } from "./managed-password";
import type { InstanceState } from "./records";
import { api, identifier, withOverlay, type Rds } from "./state";

/** CreateDBInstance: `creating` until its PostgreSQL serves. */
export async function createInstance(rds: Rds, call: Call): Promise<Answer> {
  const answer = await rds.moto.pass(call);
  if (answer.status >= 300) return answer;
  const { parameters } = call;
  const id = identifier(call, "DBInstanceIdentifier");
  const options = {
    database: text(parameters, "DBName") || "postgres",
    user: text(parameters, "MasterUsername"),
    password: await passwordSetBy(rds, call, id),
  };
  start(rds, id, async () => (await rds.databases()).create(id, options));
  return withOverlay(rds, answer);
}

/** RestoreDBInstanceFromDBSnapshot: as created, with the snapshot's data, user and password. */
export async function restoreInstance(rds: Rds, call: Call): Promise<Answer> {
  const id = identifier(call, "DBInstanceIdentifier");
  const snapshotId = identifier(call, "DBSnapshotIdentifier");
  const snapshot = rds.snapshots.get(snapshotId);
  if (snapshot?.status) {
    const why = `DBSnapshot must have state available but actually has ${snapshot.status}`;
    throw new AwsError("InvalidDBSnapshotState", why);
  }
  const answer = await rds.moto.pass(call);
  if (answer.status >= 300) return answer;
  // RDS protects the new instance only when the call says so; moto takes that from the snapshot's instance.
  const protection = text(call.parameters, "DeletionProtection") === "true";
  if (!protection) {
    const change = { DBInstanceIdentifier: id, DeletionProtection: "false", ApplyImmediately: "true" };
    await rds.moto.query("rds", api, { Action: "ModifyDBInstance", ...change });
  }
  start(rds, id, async () => {
    if (!snapshot) throw new Error(`the emulator holds no volume of the snapshot ${snapshotId}`);
    const databases = await rds.databases();
    const place = await databases.restore(snapshot.volume, id);
    const password = await passwordSetBy(rds, call, id);
    if (password) await databases.setPassword(id, password);
    return place;
  });
  const shown = `<DeletionProtection>${protection}</DeletionProtection>`;
  const body = answer.body.replace(/<DeletionProtection>.*?<\/DeletionProtection>/s, shown);
  return withOverlay(rds, { ...answer, body });
}

function start(rds: Rds, id: string, make: () => Promise<{ host: string; port: number }>): void {
  const work = async () => {
    try {
      state.place = await make();
      // A delete may have come meanwhile.
      if (state.status === "creating") state.status = undefined;
    } catch (error) {
      state.status = "failed";
      console.error(`AWS emulator: making the database ${id} failed:`, error);
    }
  };
  const state: InstanceState = { status: "creating", making: Promise.resolve() };
  rds.instances.set(id, state);
  state.making = work();
  rds.inBackground(state.making);
}

/** ModifyDBInstance: a new master password is in force when the call is answered. */
export async function modifyInstance(rds: Rds, call: Call): Promise<Answer> {
  const id = identifier(call, "DBInstanceIdentifier");
  if (rds.instances.get(id)?.status) {
    throw new AwsError("InvalidDBInstanceState", "Database instance is not in available state.");
  }
  const answer = await rds.moto.pass(call);
  if (answer.status >= 300) return answer;
  const password = await passwordSetBy(rds, call, id);
  if (password) await (await rds.databases()).setPassword(id, password);
  return withOverlay(rds, answer);
}
