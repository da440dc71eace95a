import type { Interceptors } from "../proxy";
import { deleteInstance } from "./delete-instance";
import { createInstance, modifyInstance, restoreInstance } from "./instances";
import { copySnapshot, createSnapshot, deleteSnapshot } from "./snapshots";
import { withOverlay, type Rds } from "./state";

/** RDS: records are moto's; behind each instance is a PostgreSQL of its own, behind each snapshot a copy of its volume. */
export function rdsInterceptors(rds: Rds): Interceptors[string] {
  return {
    actions: {
      CreateDBInstance: (call) => createInstance(rds, call),
      RestoreDBInstanceFromDBSnapshot: (call) => restoreInstance(rds, call),
      ModifyDBInstance: (call) => modifyInstance(rds, call),
      DeleteDBInstance: (call) => deleteInstance(rds, call),
      CreateDBSnapshot: (call) => createSnapshot(rds, call),
      CopyDBSnapshot: (call) => copySnapshot(rds, call),
      DeleteDBSnapshot: (call) => deleteSnapshot(rds, call),
    },
    others: async (call) => withOverlay(rds, await rds.moto.pass(call)),
  };
}
