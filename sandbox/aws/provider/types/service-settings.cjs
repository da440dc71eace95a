"use strict";
// The inputs of an ECS service as its API takes them.

/** Which parts of an UpdateService each input belongs to. */
const PARTS = {
  desiredCount: ({ desiredCount }) => ({ desiredCount: desiredCount ?? 0 }),
  taskDefinition: ({ taskDefinition }) => ({ taskDefinition }),
  networkConfiguration: ({ networkConfiguration }) => ({
    networkConfiguration: network(networkConfiguration),
  }),
  loadBalancers: ({ loadBalancers }) => ({ loadBalancers: (loadBalancers ?? []).map(loadBalancer) }),
  healthCheckGracePeriodSeconds: (inputs) => ({
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
  }),
  platformVersion: ({ platformVersion }) => ({ platformVersion }),
  enableExecuteCommand: ({ enableExecuteCommand }) => ({ enableExecuteCommand }),
  enableEcsManagedTags: ({ enableEcsManagedTags }) => ({ enableECSManagedTags: enableEcsManagedTags }),
  propagateTags: ({ propagateTags }) => ({ propagateTags }),
  deploymentCircuitBreaker: deployment,
  deploymentMaximumPercent: deployment,
  deploymentMinimumHealthyPercent: deployment,
};

function network(configuration) {
  return (
    configuration && {
      awsvpcConfiguration: {
        subnets: configuration.subnets,
        securityGroups: configuration.securityGroups,
        assignPublicIp: configuration.assignPublicIp ? "ENABLED" : "DISABLED",
      },
    }
  );
}

function loadBalancer({ targetGroupArn, containerName, containerPort, elbName }) {
  return { targetGroupArn, containerName, containerPort, loadBalancerName: elbName };
}

function deployment(inputs) {
  const { deploymentCircuitBreaker: breaker } = inputs;
  return {
    deploymentConfiguration: {
      maximumPercent: inputs.deploymentMaximumPercent,
      minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
      deploymentCircuitBreaker: breaker && { enable: breaker.enable, rollback: breaker.rollback },
    },
  };
}

/** The parts of a service that the named inputs make up. */
function settings(inputs, names = Object.keys(PARTS)) {
  return Object.assign({}, ...names.map((name) => PARTS[name]?.(inputs) ?? {}));
}

module.exports = { settings };
