"use strict";
const { createHash } = require("node:crypto");
const { hasCode } = require("../wire/service-error.cjs");
const { elb, tagList } = require("./tagging.cjs");

const ELB = "elasticloadbalancing";
const KIND = "ELBv2 Target Group";

const isHttp = ({ protocol }) => protocol === "HTTP" || protocol === "HTTPS";

/** What AWS keeps as attributes, as far as the group's protocol has them. */
function attributes(inputs) {
  const { stickiness } = inputs;
  const values = {
    "deregistration_delay.timeout_seconds": inputs.deregistrationDelay,
    "slow_start.duration_seconds": isHttp(inputs) ? inputs.slowStart : undefined,
    "load_balancing.algorithm.type": isHttp(inputs) ? inputs.loadBalancingAlgorithmType : undefined,
    "load_balancing.cross_zone.enabled": inputs.loadBalancingCrossZoneEnabled,
    "deregistration_delay.connection_termination.enabled": isHttp(inputs)
      ? undefined
      : inputs.connectionTermination,
    "preserve_client_ip.enabled": isHttp(inputs) ? undefined : inputs.preserveClientIp,
    "proxy_protocol_v2.enabled": isHttp(inputs) ? undefined : inputs.proxyProtocolV2,
    "stickiness.enabled": stickiness && (stickiness.enabled ?? true),
    "stickiness.type": stickiness?.type,
    "stickiness.lb_cookie.duration_seconds":
      stickiness?.type === "lb_cookie" ? (stickiness.cookieDuration ?? 86400) : undefined,
  };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([Key, value]) => ({ Key, Value: String(value) }));
}

function healthCheck({ healthCheck: check, protocolVersion }) {
  if (!check) return {};
  const code = protocolVersion === "GRPC" ? "GrpcCode" : "HttpCode";
  return {
    HealthCheckEnabled: check.enabled ?? true,
    HealthCheckIntervalSeconds: check.interval ?? 30,
    HealthCheckPath: check.path,
    HealthCheckPort: check.port ?? "traffic-port",
    HealthCheckProtocol: check.protocol ?? "HTTP",
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold ?? 3,
    UnhealthyThresholdCount: check.unhealthyThreshold ?? 3,
    Matcher: check.matcher ? { [code]: check.matcher } : undefined,
  };
}

async function find(aws, query) {
  try {
    const { TargetGroups } = await aws.call(ELB, "DescribeTargetGroups", query);
    return TargetGroups?.[0];
  } catch (problem) {
    if (hasCode(problem, "TargetGroupNotFound")) return undefined;
    throw problem;
  }
}

function computed(found) {
  const arn = found.TargetGroupArn;
  return {
    id: arn,
    arn,
    arnSuffix: arn.split(":").at(-1),
    name: found.TargetGroupName,
    port: found.Port,
    protocol: found.Protocol,
    protocolVersion: found.ProtocolVersion,
    targetType: found.TargetType,
    vpcId: found.VpcId,
    ipAddressType: found.IpAddressType ?? "ipv4",
    loadBalancerArns: found.LoadBalancerArns ?? [],
    healthCheck: {
      enabled: found.HealthCheckEnabled,
      path: found.HealthCheckPath,
      port: found.HealthCheckPort,
      protocol: found.HealthCheckProtocol,
      interval: found.HealthCheckIntervalSeconds,
      timeout: found.HealthCheckTimeoutSeconds,
      healthyThreshold: found.HealthyThresholdCount,
      unhealthyThreshold: found.UnhealthyThresholdCount,
      matcher: found.Matcher?.HttpCode ?? found.Matcher?.GrpcCode,
    },
  };
}

const targetGroup = {
  replaceOn: [
    ...["name", "namePrefix", "port", "protocol", "protocolVersion", "targetType"],
    ...["targetControlPort", "vpcId", "ipAddressType"],
  ],
  autoName: { property: "name", limit: 32 },
  defaults: { deregistrationDelay: 300, slowStart: 0, targetType: "instance" },
  computed: ["arn", "arnSuffix", "protocolVersion", "ipAddressType", "loadBalancerArns", "healthCheck"],
  tags: elb,

  async create(inputs, aws) {
    const { name } = inputs;
    if (await find(aws, { Names: [name] })) throw new Error(`${KIND} (${name}) already exists`);
    const answer = await aws.step(`creating ${KIND} (${name})`, () =>
      aws.call(ELB, "CreateTargetGroup", {
        Name: name,
        Port: inputs.port,
        Protocol: inputs.protocol,
        ProtocolVersion: isHttp(inputs) ? inputs.protocolVersion : undefined,
        TargetType: inputs.targetType,
        VpcId: inputs.vpcId,
        IpAddressType: inputs.ipAddressType,
        ...healthCheck(inputs),
        Tags: tagList(inputs.tagsAll),
      }),
    );
    const found = answer.TargetGroups[0];
    await aws.call(ELB, "ModifyTargetGroupAttributes", {
      TargetGroupArn: found.TargetGroupArn,
      Attributes: attributes(inputs),
    });
    return computed(found);
  },

  async update({ arn }, inputs, aws, changed) {
    const step = (action, input) =>
      aws.step(`modifying ${KIND} (${arn})`, () => aws.call(ELB, action, { TargetGroupArn: arn, ...input }));
    if (changed.has("healthCheck") && inputs.healthCheck)
      await step("ModifyTargetGroup", healthCheck(inputs));
    if ([...changed].some((name) => !["healthCheck", "tags"].includes(name))) {
      await step("ModifyTargetGroupAttributes", { Attributes: attributes(inputs) });
    }
  },

  /** In use, it is tried again for a while: the rule that names it may be about to go. One that has gone is no error on AWS. */
  async delete({ arn, id }, aws) {
    const attempt = async () => {
      try {
        await aws.call(ELB, "DeleteTargetGroup", { TargetGroupArn: arn ?? id });
      } catch (problem) {
        if (!hasCode(problem, "TargetGroupNotFound")) throw problem;
      }
    };
    await aws.step(`deleting ${KIND} (${arn ?? id})`, () =>
      aws.retrying((problem) => hasCode(problem, "ResourceInUse"), attempt),
    );
  },

  async read({ id }, aws) {
    const found = await find(aws, { TargetGroupArns: [id] });
    return found && computed(found);
  },
};

const target = ({ targetId, port, availabilityZone }) => ({
  Id: targetId,
  Port: port,
  AvailabilityZone: availabilityZone,
});

const attachment = {
  replaceOn: ["targetGroupArn", "targetId", "port", "availabilityZone", "quicServerId"],
  computed: [],

  async create(inputs, aws) {
    const { targetGroupArn } = inputs;
    await aws.step(`registering ${KIND} (${targetGroupArn}) target`, () =>
      aws.call(ELB, "RegisterTargets", { TargetGroupArn: targetGroupArn, Targets: [target(inputs)] }),
    );
    const suffix = createHash("sha256")
      .update(JSON.stringify(target(inputs)))
      .digest("hex")
      .slice(0, 16);
    return { id: `${targetGroupArn}-${suffix}` };
  },

  async delete(olds, aws) {
    const { targetGroupArn } = olds;
    try {
      await aws.call(ELB, "DeregisterTargets", { TargetGroupArn: targetGroupArn, Targets: [target(olds)] });
    } catch (problem) {
      if (!hasCode(problem, "TargetGroupNotFound")) throw problem;
    }
  },
};

module.exports = {
  "aws:lb/targetGroup:TargetGroup": targetGroup,
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": attachment,
};
