"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { ecs } = require("./tagging.cjs");

const IN_USE = ["ClusterContainsServices", "ClusterContainsTasks", "UpdateInProgress"];

const settings = (inputs) => inputs.settings?.map(({ name, value }) => ({ name, value }));

const cluster = {
  replaceOn: ["name"],
  autoName: { property: "name" },
  computed: ["arn"],
  tags: ecs,

  async create(inputs, aws) {
    const { name } = inputs;
    const answer = await aws.step(`creating ECS Cluster (${name})`, () =>
      aws.call("ecs", "CreateCluster", {
        clusterName: name,
        settings: settings(inputs),
        tags: Object.entries(inputs.tagsAll).map(([key, value]) => ({ key, value })),
      }),
    );
    const arn = answer.cluster.clusterArn;
    return { id: arn, arn };
  },

  async update({ arn }, inputs, aws, changed) {
    if (!changed.has("settings")) return;
    await aws.call("ecs", "UpdateCluster", { cluster: arn, settings: settings(inputs) ?? [] });
  },

  /** With services or tasks in it, it is tried again for a while. */
  async delete({ id }, aws) {
    await aws.step(`deleting ECS Cluster (${id})`, () =>
      aws.retrying(
        (problem) => hasCode(problem, ...IN_USE),
        () => aws.call("ecs", "DeleteCluster", { cluster: id }),
      ),
    );
  },
};

module.exports = { "aws:ecs/cluster:Cluster": cluster };
