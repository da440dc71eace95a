import assert from "node:assert/strict";
import { type Properties, text } from "./aws-plugin";
import { type PluginOnEmulator, startPluginOnEmulator } from "./plugin-on-emulator";

const INSTANCE = "aws:rds/instance:Instance";

describe("the stand-in for the aws plugin: data", () => {
  let { emulator, plugin, lastCall, stop } = {} as PluginOnEmulator;

  const settings = (more: Properties = {}): Properties => ({
    ...{ engine: "postgres", engineVersion: "15.4", instanceClass: "db.t3.micro", allocatedStorage: 20 },
    ...{ dbName: "kong", username: "kong", password: "correct-horse" },
    ...more,
  });
  const calls = () => emulator.calls().map((call) => call.action);

  before(async function () {
    this.timeout(240_000);
    ({ emulator, plugin, lastCall, stop } = await startPluginOnEmulator());
  });
  after(() => stop());

  it("without a final snapshot's name, the delete fails; with skipFinalSnapshot it does not, and waits until it is gone", async () => {
    const kept = await plugin.create(INSTANCE, "kept", settings());
    assert.equal(kept.outputs.endpoint, `${text(kept.outputs.address)}:${text(kept.outputs.port)}`);
    await assert.rejects(
      plugin.delete(kept),
      /final_snapshot_identifier is required when skip_final_snapshot is false/,
    );
    assert.equal(calls().includes("DeleteDBInstance"), false);
    await plugin.delete(await plugin.update(kept, settings({ skipFinalSnapshot: true })));
    assert.equal(await plugin.read(kept), undefined);
  });

  it("a protected instance is not deleted before an update took the protection off", async () => {
    const shape = { skipFinalSnapshot: true, deletionProtection: true };
    const made = await plugin.create(INSTANCE, "protected", settings(shape));
    await assert.rejects(plugin.delete(made), /InvalidParameterCombination|protect/i);
    const open = await plugin.update(made, settings({ ...shape, deletionProtection: false }));
    await plugin.delete(open);
  });

  it("the final snapshot is what a new instance is restored from, and what a restore cannot be told is set after it", async () => {
    const name = "before-the-upgrade";
    const blue = await plugin.create(INSTANCE, "blue", settings({ finalSnapshotIdentifier: name }));
    await plugin.delete(blue);
    const restored = { snapshotIdentifier: name, backupRetentionPeriod: 7, skipFinalSnapshot: true };
    const { engine, instanceClass, password } = settings() as Record<string, string>;
    const green = await plugin.create(INSTANCE, "green", {
      ...{ engine: engine!, instanceClass: instanceClass!, password: password! },
      ...restored,
    });
    assert.deepEqual(
      calls()
        .filter((action) => /^(Restore|Modify|Delete)DBInstance/.test(action))
        .slice(-3),
      ["DeleteDBInstance", "RestoreDBInstanceFromDBSnapshot", "ModifyDBInstance"],
    );
    assert.equal(lastCall("ModifyDBInstance").BackupRetentionPeriod, "7");
    assert.equal(green.outputs.username, "kong");
    const other = { ...green.inputs, snapshotIdentifier: "another", dbName: "other" };
    assert.deepEqual((await plugin.diff(green, other)).sort(), ["dbName!", "snapshotIdentifier!"]);
    await plugin.delete(green);
  });

  it("another identifier renames the instance in place", async () => {
    const made = await plugin.create(INSTANCE, "named", settings({ skipFinalSnapshot: true }));
    assert.match(text(made.outputs.identifier), /^named-[0-9a-f]{7}$/);
    const renamed = settings({ skipFinalSnapshot: true, identifier: "renamed", applyImmediately: true });
    assert.deepEqual((await plugin.diff(made, renamed)).sort(), ["applyImmediately", "identifier"]);
    const now = await plugin.update(made, renamed);
    assert.equal((await plugin.read(now))?.outputs.identifier, "renamed");
    await plugin.delete(now);
  });

  it("a taken identifier is refused, with the code that AWS has for it", async () => {
    const shape = settings({ identifier: "taken", skipFinalSnapshot: true });
    const made = await plugin.create(INSTANCE, "one", shape);
    await assert.rejects(
      plugin.create(INSTANCE, "two", shape),
      /creating RDS DB Instance \(taken\): DBInstanceAlreadyExists/,
    );
    await plugin.delete(made);
  });

  it("the outputs that hold a secret are secret, also where the program's were plain", async () => {
    const made = await plugin.create(INSTANCE, "secret", settings({ skipFinalSnapshot: true }));
    assert.deepEqual(Object.values(made.outputs.password as Properties).at(-1), "correct-horse");
    const secret = await plugin.create("aws:secretsmanager/secret:Secret", "secret", {
      recoveryWindowInDays: 0,
    });
    const version = await plugin.create("aws:secretsmanager/secretVersion:SecretVersion", "version", {
      ...{ secretId: secret.id, secretString: "battery-staple" },
    });
    assert.equal(typeof version.outputs.secretString, "object");
    const changed = { secretId: secret.id, secretString: "other" };
    assert.deepEqual(await plugin.diff(version, changed), ["secretString!"]);
    await plugin.delete(version);
    await plugin.delete(secret);
    await plugin.delete(made);
  });
});
