import assert from "node:assert/strict";
import { type Properties, type Recorded } from "./aws-plugin";
import { type PluginOnEmulator, startPluginOnEmulator } from "./plugin-on-emulator";

const policy = (statement: Properties) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

describe("the stand-in for the aws plugin: the types around traffic, services and data", () => {
  let { emulator, plugin, lastCall, stop } = {} as PluginOnEmulator;
  /** Everything that was made, with what it was made of. */
  const made: { recorded: Recorded; given: Properties }[] = [];

  const create = async (type: string, name: string, given: Properties) => {
    const recorded = await plugin.create(`aws:${type}`, name, given);
    made.push({ recorded, given });
    return recorded;
  };

  before(async function () {
    this.timeout(240_000);
    ({ emulator, plugin, lastCall, stop } = await startPluginOnEmulator());
  });
  after(() => stop());

  it("makes a network", async () => {
    const vpc = await create("ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
    assert.match(String(vpc.outputs.arn as string), /^arn:aws:ec2:.*:vpc\/vpc-/);
    const subnet = await create("ec2/subnet:Subnet", "subnet", {
      ...{ vpcId: vpc.id, cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: true },
    });
    const gateway = await create("ec2/internetGateway:InternetGateway", "gateway", { vpcId: vpc.id });
    const table = await create("ec2/routeTable:RouteTable", "table", {
      ...{ vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] },
    });
    assert.equal(lastCall("CreateRoute").GatewayId, gateway.id);
    await create("ec2/routeTableAssociation:RouteTableAssociation", "association", {
      ...{ routeTableId: table.id, subnetId: subnet.id },
    });
    await create("rds/subnetGroup:SubnetGroup", "Subnets", { subnetIds: [subnet.id] });
  });

  it("makes security groups without the rule that lets everything out", async () => {
    const vpcId = made[0]!.recorded.id;
    const one = await create("ec2/securityGroup:SecurityGroup", "one", { vpcId });
    assert.equal(lastCall("RevokeSecurityGroupEgress").GroupId, one.id);
    const two = await create("ec2/securityGroup:SecurityGroup", "two", { vpcId });
    const given = { securityGroupId: two.id, ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    await create("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in", {
      ...{ ...given, referencedSecurityGroupId: one.id },
    });
    await create("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", {
      ...{ ...given, cidrIpv4: "10.0.0.0/16" },
    });
  });

  it("makes roles, their policies and profiles", async () => {
    const role = await create("iam/role:Role", "role", {
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }),
    });
    const text = policy({ Action: "logs:PutLogEvents", Resource: "*" });
    const inline = await create("iam/rolePolicy:RolePolicy", "inline", { role: role.id, policy: text });
    const spaced = JSON.stringify(JSON.parse(text), null, 2);
    assert.deepEqual(await plugin.diff(inline, { role: role.id, policy: spaced }), []);
    const profile = await create("iam/instanceProfile:InstanceProfile", "profile", { role: role.id });
    assert.match(profile.outputs.arn as string, /:instance-profile\/profile-/);
  });

  it("a changed launch template is another version of it, and its group begins an instance refresh", async () => {
    const given = { imageId: "ami-12c6146b", instanceType: "t3.micro" };
    const template = await create("ec2/launchTemplate:LaunchTemplate", "template", given);
    assert.equal(template.outputs.latestVersion, 1);
    const changed = await plugin.update(template, { ...given, instanceType: "t3.small" });
    assert.equal(changed.outputs.latestVersion, 2);
    const subnet = made.find(({ recorded }) => recorded.id.startsWith("subnet-"))!.recorded;
    const group = {
      ...{ minSize: 1, maxSize: 2, vpcZoneIdentifiers: [subnet.id], forceDelete: true },
      tags: [{ key: "slot", value: "blue", propagateAtLaunch: true }],
      instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 100 } },
    };
    const first = { ...group, launchTemplate: { id: template.id, version: "1" } };
    const recorded = await create("autoscaling/group:Group", "group", first);
    const second = { ...group, launchTemplate: { id: template.id, version: "2" } };
    const without = emulator.calls().length;
    await plugin.update(recorded, second);
    const actions = emulator
      .calls()
      .slice(without)
      .map((call) => call.action);
    assert.ok(
      actions.indexOf("UpdateAutoScalingGroup") < actions.indexOf("StartInstanceRefresh"),
      actions.join(),
    );
  });

  it("makes a log group, a parameter group and a secret", async () => {
    const logs = await create("cloudwatch/logGroup:LogGroup", "logs", { retentionInDays: 7 });
    assert.doesNotMatch(logs.outputs.arn as string, /\*$/);
    await create("rds/parameterGroup:ParameterGroup", "Parameters", {
      ...{ family: "postgres15", parameters: [{ name: "log_connections", value: "1" }] },
    });
    await create("secretsmanager/secret:Secret", "secret", { recoveryWindowInDays: 0, tags: { a: "b" } });
  });

  it("finds nothing to change in any of it, and deletes it all", async () => {
    for (const { recorded, given } of made)
      assert.deepEqual(await plugin.diff(recorded, given), [], recorded.urn);
    for (const { recorded } of made.reverse()) await plugin.delete(recorded);
  });
});
