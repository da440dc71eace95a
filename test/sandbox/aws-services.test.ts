import assert from "node:assert/strict";
import { createServer } from "node:http";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Container, ContainerOptions } from "../../sandbox/aws/containers";
import { makeGroup, makeListener, openAccount, when, type Account } from "./aws-account";

/** An image of a server that says its tag; `crashes` ends at once, and `sick` fails its health checks. */
async function startServer({ image, ip }: ContainerOptions): Promise<Container> {
  const tag = image.split(":")[1] ?? "";
  const server = createServer((_, response) => response.writeHead(tag === "sick" ? 500 : 200).end(tag));
  await new Promise<void>((resolve) => server.listen(8_000, ip, resolve));
  const ended = new Promise<{ exitCode: number; reason: string }>((resolve) =>
    server.once("close", () =>
      resolve({ exitCode: tag === "crashes" ? 1 : 0, reason: "Essential container in task exited" }),
    ),
  );
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await ended;
  };
  if (tag === "crashes") void stop();
  return { ip, ended, stop };
}

describe("the AWS emulator: services", () => {
  let account: Account;
  let group = "";
  let url = "";

  before(async function () {
    this.timeout(300_000);
    account = await openAccount({ startContainer: startServer });
    await account.ecs.send(new CreateClusterCommand({ clusterName: "gateways" }));
    for (const tag of ["1", "2", "crashes", "sick"]) {
      await account.ecs.send(
        new RegisterTaskDefinitionCommand({
          family: `app-${tag}`,
          networkMode: "awsvpc",
          containerDefinitions: [
            { name: "app", image: `app:${tag}`, portMappings: [{ containerPort: 8_000 }], memory: 128 },
          ],
        }),
      );
    }
    group = await makeGroup(account, "app");
    const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }];
    await account.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes }));
  });
  after(() => account.close());

  const create = (
    serviceName: string,
    taskDefinition = "app-1",
    targetGroupArn = group,
    containerPort = 8_000,
  ) =>
    account.ecs.send(
      new CreateServiceCommand({
        cluster: "gateways",
        serviceName,
        taskDefinition,
        desiredCount: 2,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: account.subnets } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        loadBalancers: [{ targetGroupArn, containerName: "app", containerPort }],
      }),
    );
  const update = (more: { desiredCount?: number; taskDefinition?: string }) =>
    account.ecs.send(new UpdateServiceCommand({ cluster: "gateways", service: "app", ...more }));
  const remove = (force: boolean) =>
    account.ecs.send(new DeleteServiceCommand({ cluster: "gateways", service: "app", force }));
  const service = async (): Promise<Service> => {
    const command = new DescribeServicesCommand({ cluster: "gateways", services: ["app"] });
    return (await account.ecs.send(command)).services?.[0] ?? {};
  };
  const stable = (count: number) =>
    when(
      "a stable service",
      service,
      ({ deployments = [], runningCount }) =>
        deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED" && runningCount === count,
    );
  const targets = async () => {
    const found = await account.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
    return (found.TargetHealthDescriptions ?? []).map(({ TargetHealth }) => TargetHealth?.State);
  };
  const running = async () => {
    const found = await account.ecs.send(new ListTasksCommand({ cluster: "gateways", serviceName: "app" }));
    return found.taskArns ?? [];
  };
  const ask = async () => (await fetch(url)).text();
  const invalid = (message: RegExp) => ({ name: "InvalidParameterException", message });

  it("is refused on a group that no rule names, and with a port that no container has", async () => {
    await assert.rejects(create("app"), invalid(/does not have an associated load balancer/));
    url = (await makeListener(account, "traffic", { [group]: 1 })).url;
    await assert.rejects(create("app", "app-1", group, 9_000), invalid(/did not have a container port 9000/));
    assert.equal((await service()).serviceName, undefined);
  });

  it("runs its tasks behind the balancer, and takes its name", async () => {
    const { service: made } = await create("app");
    assert.equal(made?.runningCount, 0);
    assert.equal(made.deployments?.[0]?.rolloutState, "IN_PROGRESS");
    await stable(2);
    assert.deepEqual(await targets(), ["healthy", "healthy"]);
    assert.equal(await ask(), "1");
    await assert.rejects(create("app"), invalid(/not idempotent/));
    await assert.rejects(account.ecs.send(new DeleteClusterCommand({ cluster: "gateways" })), {
      name: "ClusterContainsServicesException",
    });
  });

  it("replaces a task that ended", async () => {
    const [lost = ""] = await running();
    await account.ecs.send(new StopTaskCommand({ cluster: "gateways", task: lost }));
    await when("another task in its place", running, (tasks) => tasks.length === 2 && !tasks.includes(lost));
    await stable(2);
    await when("two healthy targets", targets, (states) => states.join() === "healthy,healthy");
  });

  it("goes to another definition without an answer that fails", async () => {
    await update({ taskDefinition: "app-2" });
    const answers = new Set<string>();
    let isDone = false;
    const load = (async () => {
      while (!isDone) answers.add(await ask());
    })();
    const { taskDefinition } = await stable(2);
    isDone = true;
    await load;
    assert.match(taskDefinition ?? "", /app-2:1$/);
    assert.deepEqual([...answers].sort(), ["1", "2"]);
    assert.equal(await ask(), "2");
  });

  it("ends tasks that the balancer finds unhealthy, and rolls back by the circuit breaker", async () => {
    await update({ taskDefinition: "app-sick" });
    const stopped = await when(
      "a task that was ended",
      async () => {
        const asked = { cluster: "gateways", serviceName: "app", desiredStatus: "STOPPED" } as const;
        const { taskArns: tasks = [] } = await account.ecs.send(new ListTasksCommand(asked));
        const found = await account.ecs.send(new DescribeTasksCommand({ cluster: "gateways", tasks }));
        return (found.tasks ?? []).map(({ stoppedReason }) => stoppedReason);
      },
      (reasons) => reasons.some((reason) => reason?.includes("failed ELB health checks")),
    );
    assert.ok(stopped.length > 0);
    await update({ taskDefinition: "app-crashes" });
    const { taskDefinition, events } = await when(
      "a service that was rolled back",
      service,
      (now) => now.taskDefinition?.endsWith("app-2:1") === true,
    );
    assert.match(taskDefinition ?? "", /app-2:1$/);
    assert.ok(events?.some(({ message }) => message?.includes("rolling back")));
    await stable(2);
    assert.equal(await ask(), "2");
  });

  it("drains and stops what it scales in, and goes with force or at 0", async () => {
    await assert.rejects(remove(false), invalid(/scaled above 0/));
    await update({ desiredCount: 1 });
    await stable(1);
    await when("one target", targets, (states) => states.join() === "healthy");
    assert.equal((await remove(true)).service?.status, "DRAINING");
    await when("an inactive service", service, ({ status }) => status === "INACTIVE");
    assert.deepEqual(await running(), []);
    assert.deepEqual(await targets(), []);
    const listed = await account.ecs.send(new ListServicesCommand({ cluster: "gateways" }));
    assert.deepEqual(listed.serviceArns, []);
    await account.ecs.send(new DeleteClusterCommand({ cluster: "gateways" }));
  });
});
