import assert from "node:assert/strict";
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  type DBInstance,
} from "@aws-sdk/client-rds";
import { Client } from "pg";
import { openAccount, when, type Account } from "./aws-account";

const password = "a-password-of-blue";

describe("the AWS emulator: RDS", () => {
  let account: Account;

  before(async function () {
    this.timeout(300_000);
    account = await openAccount();
    await account.rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "blue",
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        EngineVersion: "16.8",
        AllocatedStorage: 20,
        DBName: "kong",
        MasterUsername: "kong",
        MasterUserPassword: password,
      }),
    );
    await available("blue");
  });
  after(() => account.close());

  const instance = async (id: string): Promise<DBInstance | undefined> => {
    const found = await account.rds
      .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
      .catch((error: unknown) => {
        assert.equal((error as Error).name, "DBInstanceNotFoundFault");
        return { DBInstances: [] };
      });
    return found.DBInstances?.[0];
  };
  const available = (id: string) =>
    when(
      `${id} available`,
      () => instance(id),
      (found) => found?.DBInstanceStatus === "available",
    );
  const snapshotStatus = async (id: string) => {
    const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id });
    return (await account.rds.send(command)).DBSnapshots?.[0]?.Status;
  };
  const snapshotDone = (id: string) =>
    when(
      `${id} available`,
      () => snapshotStatus(id),
      (status) => status === "available",
    );
  const snapshot = (id: string, name: string) =>
    account.rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: id, DBSnapshotIdentifier: name }));
  const restore = (name: string, id: string) =>
    account.rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: id, DBSnapshotIdentifier: name }),
    );
  const remove = (id: string, more: { FinalDBSnapshotIdentifier?: string; SkipFinalSnapshot?: boolean }) =>
    account.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id, ...more }));

  const query = async (id: string, sql: string, as = password) => {
    const { Endpoint } = (await instance(id)) ?? {};
    const { Address: host, Port: port } = Endpoint ?? {};
    const client = new Client({ host, port, user: "kong", password: as, database: "kong" });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it("restores the rows of the snapshot, and not later ones", async () => {
    await query("blue", "CREATE TABLE services (name text)");
    await query("blue", "INSERT INTO services VALUES ('before')");
    const { DBSnapshot } = await snapshot("blue", "before-upgrade");
    assert.equal(DBSnapshot?.Status, "creating");
    await snapshotDone("before-upgrade");
    await query("blue", "INSERT INTO services VALUES ('after')");
    const { DBInstance: made } = await restore("before-upgrade", "green");
    assert.equal(made?.DBInstanceStatus, "creating");
    assert.equal(made.Endpoint, undefined);
    await available("green");
    assert.deepEqual(await query("green", "SELECT name FROM services"), [{ name: "before" }]);
    const addresses = [
      (await instance("blue"))?.Endpoint?.Address,
      (await instance("green"))?.Endpoint?.Address,
    ];
    assert.notEqual(addresses[0], addresses[1]);
  });

  it("takes a new master password", async () => {
    const change = { DBInstanceIdentifier: "green", MasterUserPassword: "another-password" };
    await account.rds.send(new ModifyDBInstanceCommand({ ...change, ApplyImmediately: true }));
    assert.deepEqual(await query("green", "SELECT 1 AS one", "another-password"), [{ one: 1 }]);
    await assert.rejects(query("green", "SELECT 1"), /password authentication failed/);
  });

  it("takes the password of a secret that it manages", async () => {
    const change = { DBInstanceIdentifier: "green", ManageMasterUserPassword: true };
    const { DBInstance: changed } = await account.rds.send(new ModifyDBInstanceCommand(change));
    const SecretId = changed?.MasterUserSecret?.SecretArn;
    const secret = await account.json("secretsmanager", "secretsmanager.GetSecretValue", { SecretId });
    const { password: managed } = JSON.parse(String(secret.SecretString)) as { password: string };
    assert.deepEqual(await query("green", "SELECT 1 AS one", managed), [{ one: 1 }]);
    await account.rds.send(
      new ModifyDBInstanceCommand({
        ...change,
        ManageMasterUserPassword: false,
        MasterUserPassword: "another-password",
      }),
    );
    assert.deepEqual(await query("green", "SELECT 1 AS one", "another-password"), [{ one: 1 }]);
  });

  it("refuses what cannot be snapshot or restored yet", async () => {
    await snapshot("blue", "busy");
    await assert.rejects(restore("busy", "early"), { name: "InvalidDBSnapshotStateFault" });
    await snapshotDone("busy");
    await assert.rejects(snapshot("blue", "busy"), { name: "DBSnapshotAlreadyExistsFault" });
    await restore("busy", "spare");
    await assert.rejects(snapshot("spare", "of-spare"), { name: "InvalidDBInstanceStateFault" });
    await available("spare");
  });

  it("deletes only with a final snapshot or without one on purpose", async () => {
    const combination = { name: "InvalidParameterCombination" };
    await assert.rejects(remove("green", {}), combination);
    const both = { FinalDBSnapshotIdentifier: "x", SkipFinalSnapshot: true };
    await assert.rejects(remove("green", both), combination);
    const taken = { FinalDBSnapshotIdentifier: "before-upgrade" };
    await assert.rejects(remove("green", taken), { name: "DBSnapshotAlreadyExistsFault" });
    const protect = (DeletionProtection: boolean) =>
      account.rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "green", DeletionProtection }));
    await protect(true);
    await assert.rejects(remove("green", { SkipFinalSnapshot: true }), combination);
    await protect(false);
    assert.equal((await instance("green"))?.DBInstanceStatus, "available");
  });

  it("keeps a deleted instance's data in its final snapshot", async () => {
    await query("green", "INSERT INTO services VALUES ('last')", "another-password");
    const { DBInstance: leaving } = await remove("green", { FinalDBSnapshotIdentifier: "green-final" });
    assert.equal(leaving?.DBInstanceStatus, "deleting");
    await when(
      "green gone",
      () => instance("green"),
      (found) => found === undefined,
    );
    assert.equal(await snapshotStatus("green-final"), "available");
    await restore("green-final", "again");
    await available("again");
    assert.deepEqual(await query("again", "SELECT name FROM services", "another-password"), [
      { name: "before" },
      { name: "last" },
    ]);
  });
});
