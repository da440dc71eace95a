import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { GetMetricDataCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ownAddress } from "../../sandbox/aws/loopback";
import { forward, makeGroup, makeListener, openAccount, when } from "./aws-account";

describe("the AWS emulator: balancers", () => {
  let account: Awaited<ReturnType<typeof openAccount>>;
  const servers: Server[] = [];
  const groups = { blue: "", green: "", idle: "" };
  let traffic = { balancer: "", address: "", listener: "", url: "" };
  let rule = "";

  before(async function () {
    this.timeout(300_000);
    account = await openAccount();
    groups.blue = await makeGroup(account, "blue");
    groups.green = await makeGroup(account, "green");
    groups.idle = await makeGroup(account, "idle");
    traffic = await makeListener(account, "traffic", { [groups.blue]: 1 });
    const made = await account.elb.send(
      new CreateRuleCommand({
        ListenerArn: traffic.listener,
        Priority: 10,
        Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } }],
        Actions: [forward({ [groups.blue]: 100, [groups.green]: 0 })],
      }),
    );
    rule = made.Rules?.[0]?.RuleArn ?? "";
  });
  after(async () => {
    for (const server of servers) server.close();
    await account.close();
  });

  const serve = async (says: string, status = 200): Promise<{ Id: string; Port: number }> => {
    const address = ownAddress();
    const server = createServer((_, response) => response.writeHead(status).end(says));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(8_000, address, resolve));
    return { Id: address, Port: 8_000 };
  };
  const register = (TargetGroupArn: string, Targets: { Id: string; Port: number }[]) =>
    account.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
  const health = async (TargetGroupArn: string) => {
    const found = await account.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return (found.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
      id: Target?.Id,
      state: TargetHealth?.State,
      reason: TargetHealth?.Reason,
    }));
  };
  const becomes = (group: string, state: string) =>
    when(
      `a target that is ${state}`,
      () => health(group),
      ([target]) => target?.state === state,
    );
  const shift = (blue: number, green: number) =>
    account.elb.send(
      new ModifyRuleCommand({
        RuleArn: rule,
        Actions: [forward({ [groups.blue]: blue, [groups.green]: green })],
      }),
    );
  const ask = async () => (await fetch(`${traffic.url}/orders`)).text();

  it("checks targets, and says of what no rule names that it is unused", async () => {
    const [blue, green, idle] = [await serve("blue"), await serve("green"), await serve("idle")];
    await Promise.all([
      register(groups.blue, [blue]),
      register(groups.green, [green]),
      register(groups.idle, [idle]),
    ]);
    assert.equal((await health(groups.blue))[0]?.state, "initial");
    await becomes(groups.blue, "healthy");
    await becomes(groups.green, "healthy");
    assert.deepEqual(await health(groups.idle), [
      { id: idle.Id, state: "unused", reason: "Target.NotInUse" },
    ]);
  });

  it("sends requests by the weights that were written, and reads them back", async () => {
    assert.equal(await ask(), "blue");
    await shift(0, 100);
    assert.deepEqual(new Set([await ask(), await ask(), await ask()]), new Set(["green"]));
    const { Rules = [] } = await account.elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    assert.deepEqual(Rules[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups, [
      { TargetGroupArn: groups.blue, Weight: 0 },
      { TargetGroupArn: groups.green, Weight: 100 },
    ]);
  });

  it("answers 503 for a group that has weight and no healthy target", async () => {
    const failing = await makeGroup(account, "failing");
    await account.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward({ [failing]: 1 })] }));
    await register(failing, [await serve("not well", 500)]);
    assert.equal((await becomes(failing, "unhealthy"))[0]?.reason, "Target.ResponseCodeMismatch");
    assert.equal((await fetch(traffic.url)).status, 503);
    await shift(100, 0);
    assert.equal(await ask(), "blue");
  });

  it("finds an instance's address in the table", async () => {
    const { Id, Port } = await serve("an instance");
    account.emulator.instances.set("i-0123456789abcdef0", Id);
    const group = await makeGroup(account, "instances", { TargetType: "instance" });
    await account.elb.send(
      new ModifyListenerCommand({ ListenerArn: traffic.listener, DefaultActions: [forward({ [group]: 1 })] }),
    );
    await register(group, [{ Id: "i-0123456789abcdef0", Port }]);
    assert.equal((await becomes(group, "healthy"))[0]?.id, "i-0123456789abcdef0");
  });

  it("deletes a group only when no rule names it", async () => {
    const remove = () => account.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: groups.green }));
    await assert.rejects(remove(), { name: "ResourceInUseException" });
    await account.elb.send(new DeleteRuleCommand({ RuleArn: rule }));
    await remove();
  });

  it("passes TCP through by weight, at the address that it tells of", async () => {
    const group = await makeGroup(account, "tcp", {
      Protocol: "TCP",
      HealthCheckProtocol: "TCP",
      HealthCheckPath: undefined,
    });
    const made = await makeListener(account, "flows", { [group]: 1 }, "network");
    await register(group, [await serve("over TCP")]);
    await becomes(group, "healthy");
    assert.equal(await (await fetch(made.url)).text(), "over TCP");
    const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [made.balancer] });
    const { LoadBalancers = [] } = await account.elb.send(command);
    assert.equal(LoadBalancers[0]?.DNSName, made.address);
    const since = { StartTime: new Date(Date.now() - 60_000), EndTime: new Date(Date.now() + 1_000) };
    const flows = async (Name: string, arn: string) => {
      const Dimensions = [{ Name, Value: arn.split(":").at(-1)?.replace("loadbalancer/", "") }];
      const NewFlows = { Namespace: "AWS/NetworkELB", MetricName: "NewFlowCount", Dimensions };
      const asked = { Id: "flows", MetricStat: { Metric: NewFlows, Period: 60, Stat: "Sum" } };
      const { MetricDataResults = [] } = await account.metrics.send(
        new GetMetricDataCommand({ ...since, MetricDataQueries: [asked] }),
      );
      return (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
    };
    assert.equal(await flows("LoadBalancer", made.balancer), 1);
    // No metric of flows knows a target group.
    assert.equal(await flows("TargetGroup", group), 0);
  });

  it("tells of a network balancer's open connections, be it that there are none", async () => {
    const group = await makeGroup(account, "open", {
      Protocol: "TCP",
      HealthCheckProtocol: "TCP",
      HealthCheckPath: undefined,
    });
    const made = await makeListener(account, "kept", { [group]: 1 }, "network");
    await register(group, [await serve("kept")]);
    await becomes(group, "healthy");
    const open = async () => {
      const now = Date.now();
      const Dimensions = [{ Name: "LoadBalancer", Value: made.balancer.split(":loadbalancer/")[1] }];
      const asked = { Namespace: "AWS/NetworkELB", MetricName: "ActiveFlowCount", Dimensions, Period: 1 };
      const span = { StartTime: new Date(now - 3_000), EndTime: new Date(now) };
      const command = new GetMetricStatisticsCommand({ ...asked, ...span, Statistics: ["Maximum"] });
      const { Datapoints = [] } = await account.metrics.send(command);
      return Datapoints.map(({ Maximum }) => Maximum);
    };
    assert.deepEqual(new Set(await open()), new Set([0]));
    const socket = connect(8_080, made.address);
    await when("the open connection", open, (values) => values.at(-1) === 1);
    socket.destroy();
    await when("its end", open, (values) => values.at(-1) === 0);
  });

  it("counts requests by group and period, and has no point for a period without one", async () => {
    const group = await makeGroup(account, "counted");
    const { url } = await makeListener(account, "counting", { [group]: 1 });
    await register(group, [await serve("counted")]);
    await becomes(group, "healthy");
    const start = new Date(Date.now() - 1_000);
    for (let count = 0; count < 3; count += 1) await fetch(url);
    await new Promise((done) => setTimeout(done, 2_100));
    await fetch(url);
    const statistics = async (Period: number) => {
      const Dimensions = [{ Name: "TargetGroup", Value: group.split(":").at(-1) }];
      const asked = { Namespace: "AWS/ApplicationELB", MetricName: "RequestCount", Dimensions, Period };
      const span = { StartTime: start, EndTime: new Date(Date.now() + 1_000) };
      const command = new GetMetricStatisticsCommand({ ...asked, ...span, Statistics: ["Sum"] });
      return (await account.metrics.send(command)).Datapoints ?? [];
    };
    const bySecond = await statistics(1);
    assert.equal(
      bySecond.reduce((sum, { Sum = 0 }) => sum + Sum, 0),
      4,
    );
    const [first, last] = [bySecond[0]?.Timestamp, bySecond.at(-1)?.Timestamp];
    assert.ok(first && last && last.getTime() - first.getTime() >= 2_000);
    assert.ok(bySecond.length <= 3 && bySecond.every(({ Sum = 0 }) => Sum > 0));
    assert.equal(
      (await statistics(3_600)).reduce((sum, { Sum = 0 }) => sum + Sum, 0),
      4,
    );
  });
});
