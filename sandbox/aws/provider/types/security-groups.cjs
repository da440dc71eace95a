"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { ec2, tagSpecification } = require("./tagging.cjs");

/** The permissions of a rule written inside its group. */
function inline(rules) {
  return (rules ?? []).map((rule) => ({
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    IpRanges: (rule.cidrBlocks ?? []).map((CidrIp) => ({ CidrIp, Description: rule.description })),
    Groups: (rule.securityGroups ?? []).map((GroupId) => ({ GroupId, Description: rule.description })),
  }));
}

const EVERYTHING = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];

async function permit(aws, action, GroupId, IpPermissions) {
  if (IpPermissions.length > 0) await aws.call("ec2", action, { GroupId, IpPermissions });
}

const securityGroup = {
  replaceOn: ["name", "namePrefix", "description", "vpcId"],
  autoName: { property: "name" },
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  computed: ["arn", "ownerId", "vpcId"],
  tags: ec2,

  async create(inputs, aws) {
    const { name } = inputs;
    const made = await aws.step(`creating Security Group (${name})`, () =>
      aws.call("ec2", "CreateSecurityGroup", {
        GroupName: name,
        GroupDescription: inputs.description,
        VpcId: inputs.vpcId,
        TagSpecification: tagSpecification("security-group", inputs.tagsAll),
      }),
    );
    const id = made.first("groupId");
    // AWS lets a new group send to everywhere; the plugin takes that away.
    await permit(aws, "RevokeSecurityGroupEgress", id, EVERYTHING);
    await permit(aws, "AuthorizeSecurityGroupIngress", id, inline(inputs.ingress));
    await permit(aws, "AuthorizeSecurityGroupEgress", id, inline(inputs.egress));
    const groups = await aws.call("ec2", "DescribeSecurityGroups", { GroupId: [id] });
    const ownerId = groups.first("ownerId");
    const arn = `arn:aws:ec2:${aws.region}:${ownerId}:security-group/${id}`;
    return { id, arn, ownerId, vpcId: groups.first("vpcId") };
  },

  async update({ id, ingress, egress }, inputs, aws, changed) {
    if (changed.has("ingress")) {
      await permit(aws, "RevokeSecurityGroupIngress", id, inline(ingress));
      await permit(aws, "AuthorizeSecurityGroupIngress", id, inline(inputs.ingress));
    }
    if (changed.has("egress")) {
      await permit(aws, "RevokeSecurityGroupEgress", id, inline(egress));
      await permit(aws, "AuthorizeSecurityGroupEgress", id, inline(inputs.egress));
    }
  },

  /** In use by an interface or a rule of another group, it is tried again for a while. */
  async delete({ id }, aws) {
    await aws.step(`deleting Security Group (${id})`, () =>
      aws.retrying(
        (problem) => hasCode(problem, "DependencyViolation", "InvalidGroup.InUse"),
        async () => {
          try {
            await aws.call("ec2", "DeleteSecurityGroup", { GroupId: id });
          } catch (problem) {
            if (!hasCode(problem, "InvalidGroup.NotFound")) throw problem;
          }
        },
      ),
    );
  },
};

/** One permission, of a rule that is a resource of its own. */
function permission(inputs) {
  const { description: Description } = inputs;
  return {
    IpProtocol: inputs.ipProtocol,
    FromPort: inputs.fromPort,
    ToPort: inputs.toPort,
    IpRanges: inputs.cidrIpv4 && [{ CidrIp: inputs.cidrIpv4, Description }],
    Ipv6Ranges: inputs.cidrIpv6 && [{ CidrIpv6: inputs.cidrIpv6, Description }],
    PrefixListIds: inputs.prefixListId && [{ PrefixListId: inputs.prefixListId, Description }],
    Groups: inputs.referencedSecurityGroupId && [{ GroupId: inputs.referencedSecurityGroupId, Description }],
  };
}

function ruleType(direction) {
  const authorize = `AuthorizeSecurityGroup${direction}`;
  const revoke = `RevokeSecurityGroup${direction}`;
  const kind = `VPC Security Group ${direction} Rule`;
  return {
    replaceOn: ["securityGroupId"],
    computed: ["arn", "securityGroupRuleId"],
    tags: ec2,

    async create(inputs, aws) {
      const made = await aws.step(`creating ${kind}`, () =>
        aws.call("ec2", authorize, {
          GroupId: inputs.securityGroupId,
          IpPermissions: [permission(inputs)],
          TagSpecification: tagSpecification("security-group-rule", inputs.tagsAll),
        }),
      );
      const id = made.first("securityGroupRuleId");
      const owner = made.first("groupOwnerId");
      const arn = `arn:aws:ec2:${aws.region}:${owner}:security-group-rule/${id}`;
      return { id, securityGroupRuleId: id, arn };
    },

    async update({ id }, inputs, aws, changed) {
      if (![...changed].some((name) => name !== "tags")) return;
      await aws.step(`updating ${kind} (${id})`, () =>
        aws.call("ec2", "ModifySecurityGroupRules", {
          GroupId: inputs.securityGroupId,
          SecurityGroupRule: [{ SecurityGroupRuleId: id, SecurityGroupRule: modified(inputs) }],
        }),
      );
    },

    async delete({ id, securityGroupId }, aws) {
      const input = { GroupId: securityGroupId, SecurityGroupRuleId: [id] };
      try {
        await aws.step(`deleting ${kind} (${id})`, () => aws.call("ec2", revoke, input));
      } catch (problem) {
        const gone = [
          "InvalidGroup.NotFound",
          "InvalidSecurityGroupRuleId.NotFound",
          "InvalidPermission.NotFound",
        ];
        if (!hasCode(problem.cause, ...gone)) throw problem;
      }
    },
  };
}

function modified(inputs) {
  return {
    IpProtocol: inputs.ipProtocol,
    FromPort: inputs.fromPort,
    ToPort: inputs.toPort,
    CidrIpv4: inputs.cidrIpv4,
    CidrIpv6: inputs.cidrIpv6,
    PrefixListId: inputs.prefixListId,
    ReferencedGroupId: inputs.referencedSecurityGroupId,
    Description: inputs.description,
  };
}

module.exports = {
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleType("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleType("Egress"),
};
