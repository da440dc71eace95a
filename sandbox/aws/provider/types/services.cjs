"use strict";
const { PartialFailure } = require("../partial-state.cjs");
const { describe, hasCode } = require("../wire/service-error.cjs");
const { settings } = require("./service-settings.cjs");
const { ecs } = require("./tagging.cjs");

const KIND = "ECS Service";
const LIMIT_MINUTES = 20;

/** What is refused for a while after IAM or a load balancer changed. */
function mayPass(problem) {
  const passing = [
    "verify that the ECS service role being passed has the proper permissions",
    "does not have an associated load balancer",
    "unable to assume role",
  ];
  return hasCode(problem, "InvalidParameter") && passing.some((text) => problem.message.includes(text));
}

async function find(aws, arn, cluster) {
  try {
    const { services } = await aws.call("ecs", "DescribeServices", { cluster, services: [arn] });
    return services?.[0];
  } catch (problem) {
    if (hasCode(problem, "ClusterNotFound", "ServiceNotFound")) return undefined;
    throw problem;
  }
}

/**
 * Waits until the deployment that was just made is the only one that counts and is completed. The circuit breaker ends it
 * as FAILED; with `rollback`, a deployment of what ran before takes its place.
 */
async function waitSteady(aws, { arn, cluster, deployment, what }) {
  const answer = await aws.until(`waiting for ${KIND} (${arn}) ${what}`, LIMIT_MINUTES, async () => {
    const service = await find(aws, arn, cluster);
    if (!service) return { failure: "couldn't find resource" };
    const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
    const ours = service.deployments?.find(({ id }) => id === deployment) ?? primary;
    if (ours?.rolloutState === "FAILED") return { failure: ours.rolloutStateReason ?? "deployment failed" };
    if (primary && deployment && primary.id !== deployment) {
      return {
        failure: `deployment ${deployment} was rolled back: ${primary.rolloutStateReason ?? primary.id}`,
      };
    }
    return primary?.rolloutState === "COMPLETED" ? {} : undefined;
  });
  if (answer.failure) throw new Error(`waiting for ${KIND} (${arn}) ${what}: ${answer.failure}`);
}

async function waitActive(aws, { arn, cluster, what }) {
  await aws.until(`waiting for ${KIND} (${arn}) ${what}`, LIMIT_MINUTES, async () => {
    const service = await find(aws, arn, cluster);
    return service?.status === "ACTIVE" ? true : undefined;
  });
}

/** The service exists already: what fails from here on leaves it in the state. */
async function waitFor(aws, inputs, found, computed, what) {
  const deployment = found.deployments?.find(({ status }) => status === "PRIMARY")?.id;
  const options = { arn: computed.arn, cluster: inputs.cluster, deployment, what };
  try {
    await (inputs.waitForSteadyState ? waitSteady(aws, options) : waitActive(aws, options));
  } catch (problem) {
    throw new PartialFailure(problem, { id: computed.arn, outputs: computed });
  }
}

const service = {
  replaceOn: ["name", "cluster", "iamRole", "launchType", "schedulingStrategy", "deploymentController"],
  autoName: { property: "name" },
  defaults: {
    deploymentMaximumPercent: 200,
    deploymentMinimumHealthyPercent: 100,
    enableEcsManagedTags: false,
    enableExecuteCommand: false,
    schedulingStrategy: "REPLICA",
    waitForSteadyState: false,
  },
  computed: ["arn", "cluster", "iamRole", "launchType", "platformVersion"],
  tags: ecs,

  async create(inputs, aws) {
    const { name } = inputs;
    const answer = await aws.step(`creating ${KIND} (${name})`, () =>
      aws.retrying(mayPass, () =>
        aws.call("ecs", "CreateService", {
          serviceName: name,
          cluster: inputs.cluster,
          launchType: inputs.launchType,
          role: inputs.iamRole,
          schedulingStrategy: inputs.schedulingStrategy,
          deploymentController: inputs.deploymentController && { type: inputs.deploymentController.type },
          ...settings(inputs),
          tags: Object.entries(inputs.tagsAll).map(([key, value]) => ({ key, value })),
        }),
      ),
    );
    const { serviceArn: arn, clusterArn, launchType, platformVersion, roleArn } = answer.service;
    const computed = { arn, cluster: clusterArn, launchType, platformVersion, iamRole: roleArn };
    await waitFor(aws, inputs, answer.service, computed, "create");
    return { id: arn, ...computed };
  },

  async update(before, inputs, aws, changed) {
    const names = [...changed].filter((name) => name !== "tags");
    if (names.length === 0) return;
    const { arn } = before;
    const answer = await aws.step(`updating ${KIND} (${arn})`, () =>
      aws.retrying(mayPass, () =>
        aws.call("ecs", "UpdateService", {
          cluster: inputs.cluster,
          service: arn,
          forceNewDeployment: inputs.forceNewDeployment,
          ...settings(inputs, names),
        }),
      ),
    );
    const { launchType, platformVersion } = before;
    await waitFor(aws, inputs, answer.service, { arn, launchType, platformVersion }, "update");
  },

  /** Down to no task, then deleted, then waited for until it is INACTIVE. */
  async delete({ id, cluster, forceDelete }, aws) {
    const found = await find(aws, id, cluster);
    if (!found || found.status === "INACTIVE") return;
    if (found.status !== "DRAINING" && found.schedulingStrategy !== "DAEMON") {
      await aws.step(`draining ${KIND} (${id})`, () =>
        aws.call("ecs", "UpdateService", { cluster, service: id, desiredCount: 0 }),
      );
    }
    await aws.step(`deleting ${KIND} (${id})`, () =>
      aws.retrying(
        (problem) => /deployments are active|has a dependent object/.test(describe(problem)),
        () => aws.call("ecs", "DeleteService", { cluster, service: id, force: forceDelete }),
      ),
    );
    await aws.until(`waiting for ${KIND} (${id}) delete`, LIMIT_MINUTES, async () => {
      const now = await find(aws, id, cluster);
      return !now || now.status === "INACTIVE" ? true : undefined;
    });
  },

  async read({ id, cluster }, aws) {
    const found = await find(aws, id, cluster);
    if (!found || found.status === "INACTIVE") return undefined;
    const { serviceArn: arn, desiredCount, taskDefinition } = found;
    return { arn, desiredCount, taskDefinition };
  },
};

module.exports = { "aws:ecs/service:Service": service };
