"use strict";
const { randomUUID } = require("node:crypto");
const { hasCode } = require("../wire/service-error.cjs");
const { tagList } = require("./tagging.cjs");

const call = (aws, action, input) => aws.call("secretsmanager", action, input);

const secret = {
  replaceOn: ["name", "namePrefix"],
  autoName: { property: "name", limit: 512 },
  defaults: { recoveryWindowInDays: 30, forceOverwriteReplicaSecret: false },
  computed: ["arn", "policy", "replicas"],
  tags: {
    set: (aws, { arn }, tags) =>
      tagList(tags) && call(aws, "TagResource", { SecretId: arn, Tags: tagList(tags) }),
    unset: (aws, { arn }, TagKeys) => call(aws, "UntagResource", { SecretId: arn, TagKeys }),
  },

  async create(inputs, aws) {
    const { name } = inputs;
    const { ARN: arn } = await aws.step(`creating Secrets Manager Secret (${name})`, () =>
      call(aws, "CreateSecret", {
        Name: name,
        Description: inputs.description,
        KmsKeyId: inputs.kmsKeyId,
        Tags: tagList(inputs.tagsAll),
      }),
    );
    return { id: arn, arn, policy: "", replicas: [] };
  },

  async update({ arn }, { description: Description, kmsKeyId: KmsKeyId }, aws, changed) {
    if (!changed.has("description") && !changed.has("kmsKeyId")) return;
    await call(aws, "UpdateSecret", { SecretId: arn, Description, KmsKeyId });
  },

  /** By default a secret only goes after a month, and its name stays taken until then. */
  async delete({ arn, recoveryWindowInDays: days }, aws) {
    const how = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    try {
      await aws.step(`deleting Secrets Manager Secret (${arn})`, () =>
        call(aws, "DeleteSecret", { SecretId: arn, ...how }),
      );
    } catch (problem) {
      if (!hasCode(problem.cause, "ResourceNotFound")) throw problem;
    }
  },
};

const secretVersion = {
  replaceOn: ["secretId", "secretString", "secretBinary", "secretStringWoVersion"],
  computed: ["arn", "versionId", "versionStages"],
  secrets: ["secretString", "secretBinary"],
  // A write-only value is sent with a new version number and never recorded.
  same: { secretStringWo: () => true },
  settled: () => ({ secretStringWo: undefined }),

  async create(inputs, aws) {
    const { secretId } = inputs;
    const {
      ARN: arn,
      VersionId: versionId,
      VersionStages: versionStages,
    } = await aws.step(`putting Secrets Manager Secret (${secretId}) value`, () =>
      call(aws, "PutSecretValue", {
        SecretId: secretId,
        SecretString: inputs.secretString ?? inputs.secretStringWo,
        SecretBinary: inputs.secretBinary,
        VersionStages: inputs.versionStages,
        ClientRequestToken: randomUUID(),
      }),
    );
    return { id: `${secretId}|${versionId}`, arn, versionId, versionStages: versionStages ?? ["AWSCURRENT"] };
  },

  /** The current version cannot be taken out; it goes with its secret. */
  delete: () => undefined,
};

module.exports = {
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
};
