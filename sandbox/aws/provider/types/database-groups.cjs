"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { rds, tagList } = require("./tagging.cjs");

const subnetGroup = {
  replaceOn: ["name", "namePrefix"],
  autoName: { property: "name", lower: true },
  defaults: { description: "Managed by Pulumi" },
  computed: ["arn", "vpcId", "supportedNetworkTypes"],
  tags: rds,

  async create(inputs, aws) {
    const { name } = inputs;
    const { DBSubnetGroup: group } = await aws.step(`creating RDS DB Subnet Group (${name})`, () =>
      aws.call("rds", "CreateDBSubnetGroup", {
        DBSubnetGroupName: name,
        DBSubnetGroupDescription: inputs.description,
        SubnetIds: inputs.subnetIds,
        Tags: tagList(inputs.tagsAll),
      }),
    );
    const supportedNetworkTypes = group.SupportedNetworkTypes ?? ["IPV4"];
    return { id: name, arn: group.DBSubnetGroupArn, vpcId: group.VpcId, supportedNetworkTypes };
  },

  async update({ id }, inputs, aws, changed) {
    if (!changed.has("subnetIds") && !changed.has("description")) return;
    await aws.step(`updating RDS DB Subnet Group (${id})`, () =>
      aws.call("rds", "ModifyDBSubnetGroup", {
        DBSubnetGroupName: id,
        DBSubnetGroupDescription: inputs.description,
        SubnetIds: inputs.subnetIds,
      }),
    );
  },

  async delete({ id }, aws) {
    await aws.step(`deleting RDS DB Subnet Group (${id})`, () =>
      unlessGone(() => aws.call("rds", "DeleteDBSubnetGroup", { DBSubnetGroupName: id })),
    );
  },
};

const parameters = (list) =>
  (list ?? []).map(({ name, value, applyMethod }) => ({
    ParameterName: name,
    ParameterValue: value,
    ApplyMethod: applyMethod ?? "immediate",
  }));

const parameterGroup = {
  replaceOn: ["name", "namePrefix", "family", "description"],
  autoName: { property: "name", lower: true },
  defaults: { description: "Managed by Pulumi", skipDestroy: false },
  computed: ["arn"],
  tags: rds,

  async create(inputs, aws) {
    const { name } = inputs;
    const answer = await aws.step(`creating RDS DB Parameter Group (${name})`, () =>
      aws.call("rds", "CreateDBParameterGroup", {
        DBParameterGroupName: name,
        DBParameterGroupFamily: inputs.family,
        Description: inputs.description,
        Tags: tagList(inputs.tagsAll),
      }),
    );
    await modify(aws, name, inputs.parameters);
    return { id: name, arn: answer.DBParameterGroup.DBParameterGroupArn };
  },

  async update({ id, parameters: before }, inputs, aws, changed) {
    if (!changed.has("parameters")) return;
    const kept = new Set((inputs.parameters ?? []).map(({ name }) => name));
    const gone = (before ?? []).filter(({ name }) => !kept.has(name));
    await modify(aws, id, inputs.parameters);
    if (gone.length > 0) {
      await aws.call("rds", "ResetDBParameterGroup", {
        DBParameterGroupName: id,
        Parameters: parameters(gone),
      });
    }
  },

  async delete({ id, skipDestroy }, aws) {
    if (skipDestroy) return;
    await aws.step(`deleting RDS DB Parameter Group (${id})`, () =>
      aws.retrying(
        (problem) => hasCode(problem, "InvalidDBParameterGroupState"),
        () => unlessGone(() => aws.call("rds", "DeleteDBParameterGroup", { DBParameterGroupName: id })),
      ),
    );
  },
};

async function modify(aws, DBParameterGroupName, list) {
  if (!list?.length) return;
  await aws.step(`modifying RDS DB Parameter Group (${DBParameterGroupName})`, () =>
    aws.call("rds", "ModifyDBParameterGroup", { DBParameterGroupName, Parameters: parameters(list) }),
  );
}

async function unlessGone(call) {
  try {
    return await call();
  } catch (problem) {
    if (!hasCode(problem, "DBSubnetGroupNotFound", "DBParameterGroupNotFound")) throw problem;
  }
}

module.exports = {
  "aws:rds/subnetGroup:SubnetGroup": subnetGroup,
  "aws:rds/parameterGroup:ParameterGroup": parameterGroup,
};
