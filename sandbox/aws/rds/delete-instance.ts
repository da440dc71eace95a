import { AwsError, queryAnswer, type Answer } from "../wire/answer";
import { text, type Call } from "../wire/call";
import { overlay } from "./records";
import { api, copyVolume, identifier, instanceRecord, type Rds } from "./state";

/**
 * DeleteDBInstance: `deleting` while its final snapshot is made, then gone. RDS's rules are checked here; moto takes a
 * delete that neither names a final snapshot nor waives one.
 */
export async function deleteInstance(rds: Rds, call: Call): Promise<Answer> {
  const { moto, databases, instances } = rds;
  const id = identifier(call, "DBInstanceIdentifier");
  const skip = text(call.parameters, "SkipFinalSnapshot") === "true";
  const final = identifier(call, "FinalDBSnapshotIdentifier");
  const record = await instanceRecord(rds, id);
  const state = instances.get(id) ?? { making: Promise.resolve() };
  refuse({ skip, final, isProtected: record.DeletionProtection === true, status: state.status, id });
  const named = { DBInstanceIdentifier: id };
  // moto refuses a name that is taken: before anything has changed.
  if (final) {
    await moto.query("rds", api, { Action: "CreateDBSnapshot", ...named, DBSnapshotIdentifier: final });
  }
  state.status = "deleting";
  instances.set(id, state);
  const described = await moto.query("rds", api, { Action: "DescribeDBInstances", ...named });
  const work = async () => {
    await state.making;
    try {
      if (final) await copyVolume(rds, id, final);
      if (state.place) await (await databases()).drop(id);
      await moto.query("rds", api, { Action: "DeleteDBInstance", ...named, SkipFinalSnapshot: "true" });
      instances.delete(id);
    } catch (error) {
      state.status = "failed";
      console.error(`AWS emulator: deleting the database ${id} failed:`, error);
    }
  };
  rds.inBackground(work());
  const shown = /<DBInstance>.*?<\/DBInstance>/s.exec(overlay(described, rds))?.[0] ?? "";
  return queryAnswer(call, `http://rds.amazonaws.com/doc/${api}/`, shown);
}

interface Asked {
  id: string;
  skip: boolean;
  final: string;
  isProtected: boolean;
  status?: string;
}

function refuse({ id, skip, final, isProtected, status }: Asked): void {
  const combination = (message: string) => new AwsError("InvalidParameterCombination", message);
  const wrongState = (message: string) => new AwsError("InvalidDBInstanceState", message);
  if (isProtected) {
    throw combination(
      "Cannot delete protected DB Instance, please disable deletion protection and try again.",
    );
  }
  if (skip && final) {
    throw combination(
      "FinalDBSnapshotIdentifier can not be specified when deleting a DB instance with SkipFinalSnapshot",
    );
  }
  if (!skip && !final) {
    throw combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  }
  if (status === "deleting") throw wrongState(`Instance ${id} is already being deleted.`);
  if (status === "creating" && final) {
    throw wrongState(`Instance ${id} is currently creating - a final snapshot cannot be taken.`);
  }
}
