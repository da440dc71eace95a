"use strict";
const { equal } = require("../../../../tools/engine/command-plugin/property-values.cjs");
const { ecs } = require("./tagging.cjs");

/** A revision is never changed: what is not about the record itself registers a new one. */
const IN_PLACE = ["tags", "skipDestroy", "trackLatest"];

/** The definitions are compared as JSON: its spaces and the order of its keys mean nothing. */
function sameDefinitions(old, now) {
  try {
    return equal(JSON.parse(old), JSON.parse(now));
  } catch {
    return false;
  }
}

const volume = ({ name, hostPath, efsVolumeConfiguration: efs }) => ({
  name,
  host: hostPath && { sourcePath: hostPath },
  efsVolumeConfiguration: efs && { fileSystemId: efs.fileSystemId, rootDirectory: efs.rootDirectory },
});

const taskDefinition = {
  replaceOn: [],
  replaceOnAllBut: IN_PLACE,
  defaults: { skipDestroy: false, trackLatest: false },
  computed: ["arn", "arnWithoutRevision", "revision", "networkMode"],
  same: { containerDefinitions: sameDefinitions },
  tags: ecs,

  async create(inputs, aws) {
    const { family, ephemeralStorage, runtimePlatform } = inputs;
    const answer = await aws.step(`creating ECS Task Definition (${family})`, () =>
      aws.call("ecs", "RegisterTaskDefinition", {
        family,
        containerDefinitions: JSON.parse(inputs.containerDefinitions),
        cpu: inputs.cpu,
        memory: inputs.memory,
        networkMode: inputs.networkMode,
        executionRoleArn: inputs.executionRoleArn,
        taskRoleArn: inputs.taskRoleArn,
        requiresCompatibilities: inputs.requiresCompatibilities,
        ephemeralStorage: ephemeralStorage && { sizeInGiB: ephemeralStorage.sizeInGib },
        runtimePlatform: runtimePlatform && {
          cpuArchitecture: runtimePlatform.cpuArchitecture,
          operatingSystemFamily: runtimePlatform.operatingSystemFamily,
        },
        volumes: inputs.volumes?.map(volume),
        tags: Object.entries(inputs.tagsAll).map(([key, value]) => ({ key, value })),
      }),
    );
    const { taskDefinitionArn: arn, revision, networkMode } = answer.taskDefinition;
    return { id: family, arn, arnWithoutRevision: arn.replace(/:\d+$/, ""), revision, networkMode };
  },

  async delete({ arn, skipDestroy }, aws) {
    if (skipDestroy) return;
    await aws.step(`deleting ECS Task Definition (${arn})`, () =>
      aws.call("ecs", "DeregisterTaskDefinition", { taskDefinition: arn }),
    );
  },
};

module.exports = { "aws:ecs/taskDefinition:TaskDefinition": taskDefinition };
