"use strict";
// Services whose SDK client is a dependency of this project. Loading a client takes a while: each is loaded by the first call.
const { credentials } = require("./credentials.cjs");

const CLIENTS = {
  autoscaling: () => {
    const sdk = require("@aws-sdk/client-auto-scaling");
    return [sdk, sdk.AutoScalingClient];
  },
  ecs: () => {
    const sdk = require("@aws-sdk/client-ecs");
    return [sdk, sdk.ECSClient];
  },
  elasticloadbalancing: () => {
    const sdk = require("@aws-sdk/client-elastic-load-balancing-v2");
    return [sdk, sdk.ElasticLoadBalancingV2Client];
  },
  logs: () => {
    const sdk = require("@aws-sdk/client-cloudwatch-logs");
    return [sdk, sdk.CloudWatchLogsClient];
  },
  rds: () => {
    const sdk = require("@aws-sdk/client-rds");
    return [sdk, sdk.RDSClient];
  },
};

/** A function that carries one action of the service out, or undefined where there is no SDK client for it. */
function sdkCaller(service, { endpoint, region }) {
  const load = CLIENTS[service];
  if (!load) return undefined;
  const [sdk, Client] = load();
  const client = new Client({ endpoint, region, credentials: credentials() });
  return (action, input, signal) => client.send(new sdk[`${action}Command`](input), { abortSignal: signal });
}

module.exports = { sdkCaller };
