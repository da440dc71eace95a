"use strict";
const { hasCode } = require("../wire/service-error.cjs");

const logGroup = {
  replaceOn: ["name", "namePrefix", "logGroupClass"],
  autoName: { property: "name", limit: 512 },
  defaults: { retentionInDays: 0, skipDestroy: false },
  computed: ["arn", "logGroupClass"],
  tags: {
    set: (aws, { arn }, tags) =>
      Object.keys(tags).length > 0 && aws.call("logs", "TagResource", { resourceArn: arn, tags }),
    unset: (aws, { arn }, tagKeys) => aws.call("logs", "UntagResource", { resourceArn: arn, tagKeys }),
  },

  async create(inputs, aws) {
    const { name, kmsKeyId } = inputs;
    const tags = Object.keys(inputs.tagsAll).length > 0 ? inputs.tagsAll : undefined;
    await aws.step(`creating CloudWatch Logs Log Group (${name})`, () =>
      aws.call("logs", "CreateLogGroup", { logGroupName: name, kmsKeyId, tags }),
    );
    if (inputs.retentionInDays > 0) await retain(aws, inputs);
    const { logGroups } = await aws.call("logs", "DescribeLogGroups", { logGroupNamePrefix: name });
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    return { id: name, arn: found.arn.replace(/:\*$/, ""), logGroupClass: found.logGroupClass ?? "STANDARD" };
  },

  async update(before, inputs, aws, changed) {
    if (!changed.has("retentionInDays")) return;
    if (inputs.retentionInDays > 0) await retain(aws, inputs);
    else await aws.call("logs", "DeleteRetentionPolicy", { logGroupName: before.name });
  },

  async delete({ name, skipDestroy }, aws) {
    if (skipDestroy) return;
    try {
      await aws.call("logs", "DeleteLogGroup", { logGroupName: name });
    } catch (problem) {
      if (!hasCode(problem, "ResourceNotFound")) throw problem;
    }
  },
};

function retain(aws, { name, retentionInDays }) {
  return aws.call("logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
}

module.exports = { "aws:cloudwatch/logGroup:LogGroup": logGroup };
