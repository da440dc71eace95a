"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { conflicts, refreshed, settled, toAws, weightsOf } = require("./actions.cjs");
const { elb, tagList } = require("./tagging.cjs");

const ELB = "elasticloadbalancing";
const KIND = "ELBv2 Listener";

function checked(inputs) {
  const [failure] = conflicts("defaultActions", inputs.defaultActions);
  if (failure) throw new Error(failure.reason);
}

function settings(inputs) {
  return {
    Port: inputs.port,
    Protocol: inputs.protocol,
    SslPolicy: inputs.sslPolicy,
    AlpnPolicy: inputs.alpnPolicy && [inputs.alpnPolicy],
    Certificates: inputs.certificateArn && [{ CertificateArn: inputs.certificateArn }],
  };
}

const listener = {
  replaceOn: ["loadBalancerArn"],
  computed: ["arn", "protocol", "sslPolicy"],
  tags: elb,
  check: (inputs) => conflicts("defaultActions", inputs.defaultActions),
  settled: (inputs) => ({ defaultActions: settled(inputs.defaultActions) }),

  async create(inputs, aws) {
    checked(inputs);
    const DefaultActions = toAws(inputs.defaultActions);
    const { Listeners } = await aws.step(`creating ${KIND}`, () =>
      aws.call(ELB, "CreateListener", {
        LoadBalancerArn: inputs.loadBalancerArn,
        ...settings(inputs),
        DefaultActions,
        Tags: tagList(inputs.tagsAll),
      }),
    );
    aws.weights = weightsOf(DefaultActions);
    const [{ ListenerArn: arn, Protocol, SslPolicy }] = Listeners;
    return { id: arn, arn, protocol: Protocol, sslPolicy: SslPolicy };
  },

  /** The default actions, and with them the weights, go along only where they changed. */
  async update({ id }, inputs, aws, changed) {
    checked(inputs);
    if (![...changed].some((name) => name !== "tags")) return;
    const DefaultActions = changed.has("defaultActions") ? toAws(inputs.defaultActions) : undefined;
    await aws.step(`modifying ${KIND} (${id})`, () =>
      aws.call(ELB, "ModifyListener", { ListenerArn: id, ...settings(inputs), DefaultActions }),
    );
    if (DefaultActions) aws.weights = weightsOf(DefaultActions);
  },

  async delete({ id }, aws) {
    try {
      await aws.call(ELB, "DeleteListener", { ListenerArn: id });
    } catch (problem) {
      if (!hasCode(problem, "ListenerNotFound")) throw problem;
    }
  },

  async read({ id, defaultActions }, aws) {
    try {
      const { Listeners } = await aws.call(ELB, "DescribeListeners", { ListenerArns: [id] });
      const found = Listeners[0];
      return {
        arn: id,
        loadBalancerArn: found.LoadBalancerArn,
        port: found.Port,
        protocol: found.Protocol,
        sslPolicy: found.SslPolicy,
        defaultActions: refreshed(defaultActions, found.DefaultActions),
      };
    } catch (problem) {
      if (hasCode(problem, "ListenerNotFound", "LoadBalancerNotFound")) return undefined;
      throw problem;
    }
  },
};

module.exports = { "aws:lb/listener:Listener": listener };
