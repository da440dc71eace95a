"use strict";
const { PartialFailure } = require("../partial-state.cjs");
const { describe } = require("../wire/service-error.cjs");
const { PARAMETERS, computed, find, parameters } = require("./database-record.cjs");
const { rds, tagList } = require("./tagging.cjs");

const KIND = "RDS DB Instance";

/** What a restore takes from the snapshot, and what it cannot be told: the latter is modified afterwards. */
const FROM_SNAPSHOT = [
  "allocatedStorage",
  "dbName",
  "engineVersion",
  "kmsKeyId",
  "storageEncrypted",
  "username",
];
const AFTER_RESTORE = [
  ...["allocatedStorage", "backupRetentionPeriod", "backupWindow", "maintenanceWindow"],
  ...["maxAllocatedStorage", "monitoringInterval", "password", "performanceInsightsEnabled"],
];

/** Recorded, but no parameter of an update. */
const OF_THE_RECORD = [
  ...["tags", "applyImmediately", "skipFinalSnapshot", "finalSnapshotIdentifier", "deleteAutomatedBackups"],
  ...["allowMajorVersionUpgrade", "blueGreenUpdate"],
];

async function waitAvailable(aws, identifier, what) {
  return aws.until(`waiting for ${KIND} (${identifier}) ${what}`, 40, async () => {
    const found = await find(aws, identifier);
    return found?.DBInstanceStatus === "available" ? found : undefined;
  });
}

async function createInstance(inputs, aws) {
  const names = Object.keys(PARAMETERS).filter((name) => name !== "allowMajorVersionUpgrade");
  const answer = await aws.step(`creating ${KIND} (${inputs.identifier})`, () =>
    aws.call("rds", "CreateDBInstance", {
      DBInstanceIdentifier: inputs.identifier,
      ...parameters(inputs, names),
      Tags: tagList(inputs.tagsAll),
    }),
  );
  return answer.DBInstance;
}

async function restoreInstance(inputs, aws) {
  const { identifier, snapshotIdentifier } = inputs;
  const without = new Set([...FROM_SNAPSHOT, ...AFTER_RESTORE, "allowMajorVersionUpgrade"]);
  const names = Object.keys(PARAMETERS).filter((name) => !without.has(name));
  const answer = await aws.step(`creating ${KIND} (restore from snapshot) (${identifier})`, () =>
    aws.call("rds", "RestoreDBInstanceFromDBSnapshot", {
      DBInstanceIdentifier: identifier,
      DBSnapshotIdentifier: snapshotIdentifier,
      ...parameters(inputs, names),
      Tags: tagList(inputs.tagsAll),
    }),
  );
  return answer.DBInstance;
}

/** The rest of what was given for a restored instance, once it is available. */
async function finishRestore(inputs, aws) {
  const { identifier } = inputs;
  const input = parameters(inputs, AFTER_RESTORE);
  if (Object.keys(input).length === 0) return undefined;
  await aws.step(`updating ${KIND} (${identifier})`, () =>
    aws.call("rds", "ModifyDBInstance", {
      DBInstanceIdentifier: identifier,
      ApplyImmediately: true,
      ...input,
    }),
  );
  return waitAvailable(aws, identifier, "update");
}

const instance = {
  // The identifier is not among them: the plugin renames the instance in place.
  replaceOn: [
    ...[
      "availabilityZone",
      "backupTarget",
      "characterSetName",
      "customIamInstanceProfile",
      "dbName",
      "engine",
    ],
    ...["kmsKeyId", "ncharCharacterSetName", "restoreToPointInTime", "s3Import", "snapshotIdentifier"],
    ...["storageEncrypted", "timezone", "username"],
  ],
  autoName: { property: "identifier", limit: 63, lower: true },
  defaults: {
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: false,
    deleteAutomatedBackups: true,
    monitoringInterval: 0,
    performanceInsightsEnabled: false,
    publiclyAccessible: false,
    skipFinalSnapshot: false,
  },
  computed: [
    ...["address", "allocatedStorage", "arn", "availabilityZone", "backupRetentionPeriod", "backupWindow"],
    ...["caCertIdentifier", "dbName", "dbSubnetGroupName", "endpoint", "engine", "engineVersion"],
    ...["engineVersionActual", "hostedZoneId", "kmsKeyId", "licenseModel", "maintenanceWindow"],
    ...["masterUserSecrets", "multiAz", "parameterGroupName", "port", "resourceId", "status", "storageType"],
    ...["username", "vpcSecurityGroupIds"],
  ],
  changing: (names) => (names.has("identifier") ? ["address", "endpoint", "arn"] : []),
  secrets: ["password"],
  same: { passwordWo: () => true },
  settled: () => ({ passwordWo: undefined }),
  tags: rds,

  async create(inputs, aws) {
    const { identifier, snapshotIdentifier } = inputs;
    const made = snapshotIdentifier ? await restoreInstance(inputs, aws) : await createInstance(inputs, aws);
    // It exists from here on: what fails leaves it in the state.
    try {
      const created = await waitAvailable(aws, identifier, "create");
      const finished = snapshotIdentifier ? await finishRestore(inputs, aws) : undefined;
      return { id: made.DbiResourceId, ...computed(finished ?? created) };
    } catch (problem) {
      throw new PartialFailure(problem, { id: made.DbiResourceId, outputs: computed(made) });
    }
  },

  async update(before, inputs, aws, changed) {
    const names = [...changed].filter((name) => !OF_THE_RECORD.includes(name));
    if (names.length === 0) return undefined;
    const { identifier } = before;
    if (names.includes("passwordWoVersion")) names.push("password");
    const renamed = names.includes("identifier") ? inputs.identifier : undefined;
    await aws.step(`updating ${KIND} (${identifier})`, () =>
      aws.call("rds", "ModifyDBInstance", {
        DBInstanceIdentifier: identifier,
        NewDBInstanceIdentifier: renamed,
        ApplyImmediately: inputs.applyImmediately ?? false,
        AllowMajorVersionUpgrade: inputs.allowMajorVersionUpgrade,
        ...parameters({ ...inputs, deletionProtection: inputs.deletionProtection ?? false }, names),
        DBPortNumber: names.includes("port") ? inputs.port : undefined,
        Port: undefined,
      }),
    );
    return computed(await waitAvailable(aws, renamed ?? identifier, "update"));
  },

  async delete(olds, aws) {
    const { identifier, skipFinalSnapshot, finalSnapshotIdentifier } = olds;
    if (!skipFinalSnapshot && !finalSnapshotIdentifier) {
      throw new Error("final_snapshot_identifier is required when skip_final_snapshot is false");
    }
    const attempt = () =>
      aws.call("rds", "DeleteDBInstance", {
        DBInstanceIdentifier: identifier,
        DeleteAutomatedBackups: olds.deleteAutomatedBackups,
        SkipFinalSnapshot: skipFinalSnapshot ?? false,
        FinalDBSnapshotIdentifier: skipFinalSnapshot ? undefined : finalSnapshotIdentifier,
      });
    await aws.step(`deleting ${KIND} (${identifier})`, () => withoutProtection(olds, aws, attempt));
    await aws.until(`waiting for ${KIND} (${identifier}) delete`, 60, async () =>
      (await find(aws, identifier)) ? undefined : true,
    );
  },

  async read({ id, identifier }, aws) {
    const found = await find(aws, identifier ?? id);
    return found && computed(found);
  },
};

/**
 * AWS refuses to delete a protected instance. The plugin takes the protection off by itself only where the state says that
 * there is none and changes apply immediately; else it must go in an update before.
 */
async function withoutProtection(olds, aws, attempt) {
  const { identifier, deletionProtection, applyImmediately } = olds;
  try {
    await attempt();
  } catch (problem) {
    const isProtected = /disable deletion pro/i.test(describe(problem));
    if (/not found/i.test(problem.message)) return;
    if (!isProtected || deletionProtection || !applyImmediately) throw problem;
    await aws.call("rds", "ModifyDBInstance", {
      DBInstanceIdentifier: identifier,
      ApplyImmediately: true,
      DeletionProtection: false,
    });
    await waitAvailable(aws, identifier, "update");
    await attempt();
  }
}

module.exports = { "aws:rds/instance:Instance": instance };
