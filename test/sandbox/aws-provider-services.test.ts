import assert from "node:assert/strict";
import { type Properties, type Recorded, text } from "./aws-plugin";
import { type PluginOnEmulator, startPluginOnEmulator } from "./plugin-on-emulator";

const SERVICE = "aws:ecs/service:Service";
const DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

describe("the stand-in for the aws plugin: services", () => {
  let { emulator, plugin, stop } = {} as PluginOnEmulator;
  let vpc: Recorded;
  let subnet: Recorded;
  let cluster: Recorded;

  const definition = (image: string, more: Properties = {}): Properties => ({
    ...{ family: "gateway", cpu: "256", memory: "512", networkMode: "awsvpc" },
    requiresCompatibilities: ["FARGATE"],
    containerDefinitions: JSON.stringify([
      { name: "gateway", image, essential: true, portMappings: [{ containerPort: 8000 }] },
    ]),
    ...more,
  });
  const service = (taskDefinition: Recorded, more: Properties = {}): Properties => ({
    ...{ cluster: cluster.id, taskDefinition: taskDefinition.outputs.arn!, desiredCount: 1 },
    ...{ launchType: "FARGATE", networkConfiguration: { subnets: [subnet.id] } },
    deploymentCircuitBreaker: { enable: true, rollback: false },
    waitForSteadyState: true,
    ...more,
  });
  const actions = () =>
    emulator
      .calls()
      .filter((call) => call.service === "ecs")
      .map((call) => call.action);

  before(async function () {
    this.timeout(240_000);
    ({ emulator, plugin, stop } = await startPluginOnEmulator({ AWS_PROVIDER_PATIENCE_MS: "600" }));
    vpc = await plugin.create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    const place = { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" };
    subnet = await plugin.create("aws:ec2/subnet:Subnet", "subnet", place);
    cluster = await plugin.create("aws:ecs/cluster:Cluster", "cluster", {});
  });
  after(() => stop());

  it("waits until the deployment is completed, and deletes by way of no task and INACTIVE", async () => {
    const one = await plugin.create(DEFINITION, "definition", definition("runs"));
    const made = await plugin.create(SERVICE, "gateway", service(one));
    assert.equal(actions().at(-1), "DescribeServices");
    const before = actions().length;
    await plugin.delete(made);
    const without = actions()
      .slice(before)
      .filter((action) => action !== "DescribeServices");
    assert.deepEqual(without, ["UpdateService", "DeleteService"]);
    assert.equal(await plugin.read(made), undefined);
  });

  it("fails with the circuit breaker's reason, and the service stays in the state", async () => {
    const absent = await plugin.create(DEFINITION, "definition", definition("absent"));
    const failed = await plugin.create(SERVICE, "broken", service(absent)).then(
      () => assert.fail("the service got steady"),
      (problem: Error & { hasRecord?: boolean }) => problem,
    );
    assert.match(failed.message, /waiting for ECS Service \(arn:.*\) create: .*circuit breaker/i);
    assert.equal(failed.hasRecord, true);
  });

  it("an update that the circuit breaker rolls back fails too, though the service is steady again", async () => {
    const one = await plugin.create(DEFINITION, "definition", definition("runs"));
    const rollback = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const made = await plugin.create(SERVICE, "rolled-back", service(one, rollback));
    const absent = await plugin.create(DEFINITION, "definition", definition("absent"));
    await assert.rejects(
      plugin.update(made, service(absent, rollback)),
      /waiting for ECS Service \(arn:.*\) update: .*(circuit breaker|rolled back)/i,
    );
    await plugin.delete(made);
  });

  it("a target group that no rule names is tried again for a while, then refused as AWS does", async () => {
    const given = { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.id };
    const group = await plugin.create("aws:lb/targetGroup:TargetGroup", "unused", given);
    const one = await plugin.create(DEFINITION, "definition", definition("runs"));
    const before = actions().length;
    const loadBalancers = [{ targetGroupArn: group.id, containerName: "gateway", containerPort: 8000 }];
    await assert.rejects(
      plugin.create(SERVICE, "unused", service(one, { loadBalancers })),
      /creating ECS Service \(unused-\w+\): InvalidParameterException: .*does not have an associated load balancer/,
    );
    assert.ok(actions().slice(before).length > 1);
  });

  it("a service whose name is taken is refused", async () => {
    const one = await plugin.create(DEFINITION, "definition", definition("runs"));
    const made = await plugin.create(SERVICE, "taken", service(one, { name: "taken" }));
    const again = plugin.create(SERVICE, "again", service(one, { name: "taken", desiredCount: 2 }));
    await assert.rejects(again, /creating ECS Service \(taken\): InvalidParameterException/);
    await plugin.delete(made);
  });

  it("a task definition is a revision: what it says replaces, its spaces do not", async () => {
    const one = await plugin.create(DEFINITION, "definition", definition("runs"));
    const spaced = JSON.stringify(JSON.parse(text(one.inputs.containerDefinitions)), null, 2);
    assert.deepEqual(await plugin.diff(one, definition("runs", { containerDefinitions: spaced })), []);
    assert.deepEqual(await plugin.diff(one, definition("other")), ["containerDefinitions!"]);
    assert.deepEqual(await plugin.diff(one, definition("runs", { tags: { a: "b" } })), ["tags"]);
    const two = await plugin.create(DEFINITION, "definition", definition("other"));
    assert.equal(two.outputs.revision, Number(one.outputs.revision) + 1);
    assert.equal(two.id, "gateway");
  });

  it("another cluster, name or launch type replaces a service; a task definition or a count does not", async () => {
    const one = await plugin.create(DEFINITION, "definition", definition("runs"));
    const given = service(one, { name: "here", waitForSteadyState: false });
    const made = await plugin.create(SERVICE, "here", given);
    const moved = { ...given, cluster: "other", name: "there", launchType: "EC2" };
    assert.deepEqual((await plugin.diff(made, moved)).sort(), ["cluster!", "launchType!", "name!"]);
    const changed = { ...given, taskDefinition: "other", desiredCount: 3 };
    assert.deepEqual((await plugin.diff(made, changed)).sort(), ["desiredCount", "taskDefinition"]);
    await plugin.delete(made);
  });
});
