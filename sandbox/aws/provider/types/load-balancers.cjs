"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { elb, tagList } = require("./tagging.cjs");

const ELB = "elasticloadbalancing";
const KIND = "ELBv2 Load Balancer";

/** Inputs that AWS keeps as attributes, for the kinds of load balancer that have them. */
const ATTRIBUTES = {
  enableDeletionProtection: ["deletion_protection.enabled"],
  idleTimeout: ["idle_timeout.timeout_seconds", "application"],
  dropInvalidHeaderFields: ["routing.http.drop_invalid_header_fields.enabled", "application"],
  enableHttp2: ["routing.http2.enabled", "application"],
  preserveHostHeader: ["routing.http.preserve_host_header.enabled", "application"],
  enableCrossZoneLoadBalancing: ["load_balancing.cross_zone.enabled", "network"],
};

function attributes(inputs, names = Object.keys(ATTRIBUTES)) {
  const kind = inputs.loadBalancerType ?? "application";
  return names
    .filter(
      (name) => inputs[name] !== undefined && name in ATTRIBUTES && (ATTRIBUTES[name][1] ?? kind) === kind,
    )
    .map((name) => ({ Key: ATTRIBUTES[name][0], Value: String(inputs[name]) }));
}

async function find(aws, query) {
  try {
    const { LoadBalancers } = await aws.call(ELB, "DescribeLoadBalancers", query);
    return LoadBalancers?.[0];
  } catch (problem) {
    if (hasCode(problem, "LoadBalancerNotFound")) return undefined;
    throw problem;
  }
}

function computed(found) {
  const arn = found.LoadBalancerArn;
  return {
    id: arn,
    arn,
    arnSuffix: arn.split(":loadbalancer/")[1],
    dnsName: found.DNSName,
    zoneId: found.CanonicalHostedZoneId,
    vpcId: found.VpcId,
    name: found.LoadBalancerName,
    internal: found.Scheme === "internal",
    ipAddressType: found.IpAddressType,
    loadBalancerType: found.Type,
    securityGroups: found.SecurityGroups ?? [],
    subnets: (found.AvailabilityZones ?? []).map((zone) => zone.SubnetId),
  };
}

const loadBalancer = {
  replaceOn: ["name", "namePrefix", "internal", "loadBalancerType", "customerOwnedIpv4Pool"],
  autoName: { property: "name", limit: 32 },
  defaults: { loadBalancerType: "application", enableDeletionProtection: false },
  computed: [
    ...["arn", "arnSuffix", "dnsName", "zoneId", "vpcId"],
    ...["internal", "ipAddressType", "securityGroups", "subnets"],
  ],
  tags: elb,

  async create(inputs, aws) {
    const { name } = inputs;
    // AWS answers an existing name with the existing balancer if all else is equal: the real plugin asks first.
    if (await find(aws, { Names: [name] })) throw new Error(`${KIND} (${name}) already exists`);
    const answer = await aws.step(`creating ${KIND} (${name})`, () =>
      aws.call(ELB, "CreateLoadBalancer", {
        Name: name,
        Type: inputs.loadBalancerType,
        Scheme: inputs.internal ? "internal" : undefined,
        IpAddressType: inputs.ipAddressType,
        SecurityGroups: inputs.securityGroups,
        Subnets: inputs.subnets,
        SubnetMappings: inputs.subnetMappings?.map(mapping),
        Tags: tagList(inputs.tagsAll),
      }),
    );
    const arn = answer.LoadBalancers[0].LoadBalancerArn;
    const found = await aws.until(`waiting for ${KIND} (${arn}) create`, 10, async () => {
      const now = await find(aws, { LoadBalancerArns: [arn] });
      return now?.State?.Code === "provisioning" ? undefined : now;
    });
    await aws.call(ELB, "ModifyLoadBalancerAttributes", {
      LoadBalancerArn: arn,
      Attributes: attributes(inputs),
    });
    return computed(found);
  },

  async update({ arn }, inputs, aws, changed) {
    const Attributes = attributes(inputs, [...changed]);
    const call = (action, input) =>
      aws.step(`modifying ${KIND} (${arn})`, () => aws.call(ELB, action, { LoadBalancerArn: arn, ...input }));
    if (Attributes.length > 0) await call("ModifyLoadBalancerAttributes", { Attributes });
    if (changed.has("securityGroups")) {
      await call("SetSecurityGroups", { SecurityGroups: inputs.securityGroups ?? [] });
    }
    if (changed.has("subnets") || changed.has("subnetMappings")) {
      const SubnetMappings = inputs.subnetMappings?.map(mapping);
      await call("SetSubnets", SubnetMappings ? { SubnetMappings } : { Subnets: inputs.subnets });
    }
    if (changed.has("ipAddressType")) await call("SetIpAddressType", { IpAddressType: inputs.ipAddressType });
  },

  /** One that has gone is no error on AWS. */
  async delete({ arn, id }, aws) {
    await aws.step(`deleting ${KIND} (${arn ?? id})`, async () => {
      try {
        await aws.call(ELB, "DeleteLoadBalancer", { LoadBalancerArn: arn ?? id });
      } catch (problem) {
        if (!hasCode(problem, "LoadBalancerNotFound")) throw problem;
      }
    });
  },

  async read({ id }, aws) {
    const found = await find(aws, { LoadBalancerArns: [id] });
    return found && computed(found);
  },
};

function mapping({ subnetId, allocationId, privateIpv4Address }) {
  return { SubnetId: subnetId, AllocationId: allocationId, PrivateIPv4Address: privateIpv4Address };
}

module.exports = { "aws:lb/loadBalancer:LoadBalancer": loadBalancer };
