import assert from "node:assert/strict";
import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateClusterCommand, DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { readCall } from "../../sandbox/aws/wire/call";
import { makeGroup, openAccount } from "./aws-account";

describe("the AWS emulator: faults and the log of calls", () => {
  let account: Awaited<ReturnType<typeof openAccount>>;

  before(async function () {
    this.timeout(300_000);
    account = await openAccount();
  });
  after(() => account.close());
  afterEach(() => account.emulator.faults.clear());

  const groups = async () => {
    const { TargetGroups = [] } = await account.elb.send(new DescribeTargetGroupsCommand({}));
    return TargetGroups.map(({ TargetGroupName }) => TargetGroupName);
  };
  const service = "elasticloadbalancing";

  it("fails so many calls, before they are carried out", async () => {
    const error = { code: "TooManyTargetGroups", message: "enough" };
    account.emulator.faults.set({ service, action: "CreateTargetGroup", times: 2, error });
    for (const name of ["one", "two"]) {
      await assert.rejects(makeGroup(account, name), {
        name: "TooManyTargetGroupsException",
        message: "enough",
      });
    }
    await makeGroup(account, "three");
    assert.deepEqual(await groups(), ["three"]);
  });

  it("loses the answer to a call that was carried out", async () => {
    account.emulator.faults.set({ service, action: "CreateTargetGroup", after: true });
    await assert.rejects(makeGroup(account, "lost"), { name: "InternalFailure" });
    assert.ok((await groups()).includes("lost"));
  });

  it("strikes only the calls whose parameters it was set for", async () => {
    const where = (parameters: Record<string, unknown>) => parameters.clusterName === "second";
    const error = { code: "ClientException", message: "not this one" };
    account.emulator.faults.set({ service: "ecs", action: "CreateCluster", where, error });
    const create = (clusterName: string) => account.ecs.send(new CreateClusterCommand({ clusterName }));
    await create("first");
    await assert.rejects(create("second"), { name: "ClientException", message: "not this one" });
    const asked = new DescribeClustersCommand({ clusters: ["first", "second"] });
    const { clusters = [] } = await account.ecs.send(asked);
    assert.deepEqual(
      clusters.map(({ clusterName }) => clusterName),
      ["first"],
    );
  });

  it("leaves a call without an answer", async () => {
    account.emulator.faults.set({ service: "rds", action: "DescribeDBInstances", hang: true });
    const describe = (abortSignal?: AbortSignal) =>
      account.rds.send(new DescribeDBInstancesCommand({}), { abortSignal });
    await assert.rejects(describe(AbortSignal.timeout(300)), { name: "AbortError" });
    assert.deepEqual((await describe()).DBInstances, []);
  });

  it("is tried again by the SDK like AWS's own faults", async () => {
    account.emulator.faults.set({
      service: "rds",
      action: "DescribeDBInstances",
      times: 2,
      error: { code: "Throttling", message: "Rate exceeded" },
    });
    const { endpoint, credentials, region } = account.rds.config;
    const patient = new RDSClient({ endpoint, credentials, region, maxAttempts: 3 });
    const before = account.emulator.calls().length;
    assert.deepEqual((await patient.send(new DescribeDBInstancesCommand({}))).DBInstances, []);
    assert.equal(account.emulator.calls().length - before, 3);
    patient.destroy();
  });

  it("answers CloudWatch's client with errors that it understands", async () => {
    const error = { code: "InvalidParameterCombination", message: "not together" };
    account.emulator.faults.set({ service: "monitoring", action: "GetMetricStatistics", error });
    const span = { StartTime: new Date(0), EndTime: new Date(60_000), Period: 60 };
    const metric = { Namespace: "AWS/RDS", MetricName: "CPUUtilization", Statistics: ["Sum" as const] };
    await assert.rejects(account.metrics.send(new GetMetricStatisticsCommand({ ...metric, ...span })), {
      message: "not together",
    });
  });

  it("logs the calls of both protocols with their parameters", async () => {
    const seen = account.emulator.calls().length;
    const since = Date.now();
    await makeGroup(account, "logged");
    await account.ecs.send(
      new CreateClusterCommand({ clusterName: "logged", tags: [{ key: "a", value: "b" }] }),
    );
    const [first, second] = account.emulator.calls().slice(seen);
    assert.deepEqual([first?.service, first?.action], [service, "CreateTargetGroup"]);
    assert.equal(first?.parameters.Name, "logged");
    assert.deepEqual(second?.parameters, { clusterName: "logged", tags: [{ key: "a", value: "b" }] });
    assert.ok(first.at >= since && first.at <= Date.now());
  });
});

describe("the AWS emulator: what it reads of a call", () => {
  for (const [form, parameters] of [
    ["Name=a&Port=80", { Name: "a", Port: "80" }],
    ["Subnets.member.2=b&Subnets.member.1=a", { Subnets: ["a", "b"] }],
    ["Tags.Tag.1.Key=k&Tags.Tag.1.Value=v", { Tags: [{ Key: "k", Value: "v" }] }],
    ["VpcSecurityGroupIds.VpcSecurityGroupId.1=sg", { VpcSecurityGroupIds: ["sg"] }],
    ["DBSubnetGroupName=x&SubnetIds.SubnetIdentifier.1=s", { DBSubnetGroupName: "x", SubnetIds: ["s"] }],
    [
      "Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=10",
      { Actions: [{ ForwardConfig: { TargetGroups: [{ Weight: "10" }] } }] },
    ],
  ] as const) {
    it(`"${form}"`, () => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const call = readCall("POST", "/", headers, Buffer.from(`Action=Act&Version=1&${form}`));
      assert.equal(call.action, "Act");
      assert.deepEqual(call.parameters, parameters);
    });
  }
});
