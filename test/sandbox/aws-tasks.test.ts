import assert from "node:assert/strict";
import { CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerDefinition,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { openAccount, when, type Account } from "./aws-account";

describe("the AWS emulator: tasks", () => {
  let account: Account;
  let secret = "";

  before(async function () {
    this.timeout(300_000);
    account = await openAccount();
    await account.ecs.send(new CreateClusterCommand({ clusterName: "gateways" }));
    await account.logs.send(new CreateLogGroupCommand({ logGroupName: "/gateways" }));
    const SecretString = JSON.stringify({ username: "kong", password: "from-json" });
    const made = await account.json("secretsmanager", "secretsmanager.CreateSecret", {
      Name: "database",
      SecretString,
    });
    secret = String(made.ARN);
  });
  after(() => account.close());

  /** Registers a task of one container in which a shell runs `script`. */
  const define = (family: string, script: string, more: Partial<ContainerDefinition> = {}) =>
    account.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [
          {
            name: "job",
            image: "public.ecr.aws/docker/library/postgres:16",
            command: ["sh", "-c", script],
            logConfiguration: {
              logDriver: "awslogs",
              options: {
                "awslogs-group": "/gateways",
                "awslogs-stream-prefix": family,
                "awslogs-region": "eu-central-1",
              },
            },
            ...more,
          },
        ],
      }),
    );
  const run = async (family: string, more: Partial<RunTaskCommandInput> = {}) => {
    const networkConfiguration = { awsvpcConfiguration: { subnets: account.subnets } };
    const command = new RunTaskCommand({
      cluster: "gateways",
      taskDefinition: family,
      launchType: "FARGATE",
      networkConfiguration,
      ...more,
    });
    return (await account.ecs.send(command)).tasks?.[0] ?? {};
  };
  const describeTask = async (taskArn = ""): Promise<Task> => {
    const command = new DescribeTasksCommand({ cluster: "gateways", tasks: [taskArn], include: ["TAGS"] });
    return (await account.ecs.send(command)).tasks?.[0] ?? {};
  };
  const status = (taskArn: string | undefined, wanted: string) =>
    when(
      `a task that is ${wanted}`,
      () => describeTask(taskArn),
      ({ lastStatus }) => lastStatus === wanted,
    );
  const lines = async (family: string, taskArn = "") => {
    const logStreamName = `${family}/job/${taskArn.split("/").pop() ?? ""}`;
    const place = { logGroupName: "/gateways", logStreamName, startFromHead: true };
    const { events = [] } = await account.logs.send(new GetLogEventsCommand(place));
    return events.map(({ message }) => message);
  };
  const invalid = (message: RegExp) => ({ name: "InvalidParameterException", message });

  it("gives exit code and lines, secrets and overrides reach the command, and nothing else does", async () => {
    process.env.GATEWAY_TEST_LEAK = "leaked";
    await define("migrate", 'echo "to $TARGET as $PASSWORD$GATEWAY_TEST_LEAK"; echo "it fails" >&2; exit 3', {
      environment: [{ name: "TARGET", value: "3.9" }],
      secrets: [{ name: "PASSWORD", valueFrom: `${secret}:password::` }],
    });
    const overrides = {
      containerOverrides: [{ name: "job", environment: [{ name: "TARGET", value: "3.10" }] }],
    };
    const tags = [{ key: "slot", value: "green" }];
    const started = await run("migrate", { overrides, tags, startedBy: "an-upgrade" });
    assert.equal(started.lastStatus, "PROVISIONING");
    const ended = await status(started.taskArn, "STOPPED");
    delete process.env.GATEWAY_TEST_LEAK;
    assert.equal(ended.containers?.[0]?.exitCode, 3);
    assert.equal(ended.stopCode, "EssentialContainerExited");
    assert.equal(ended.stoppedReason, "Essential container in task exited");
    assert.deepEqual(ended.tags, tags);
    assert.ok(ended.startedAt && ended.stoppedAt && ended.stoppedAt >= ended.startedAt);
    assert.deepEqual(await lines("migrate", started.taskArn), ["to 3.10 as from-json", "it fails"]);
    const list = async (more: object) =>
      (
        await account.ecs.send(
          new ListTasksCommand({ cluster: "gateways", startedBy: "an-upgrade", ...more }),
        )
      ).taskArns;
    assert.deepEqual(await list({}), []);
    assert.deepEqual(await list({ desiredStatus: "STOPPED" }), [started.taskArn]);
    assert.deepEqual(await list({ desiredStatus: "STOPPED", family: "another" }), []);
  });

  it("says why a task did not start", async () => {
    await define("unknown-image", "true", { image: "no-such-image:1" });
    await define("no-secret", "true", { secrets: [{ name: "X", valueFrom: `${secret}:absent::` }] });
    await define("no-group", "true", {
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/absent" } },
    });
    for (const [family, reason] of [
      ["unknown-image", /^CannotPullContainerError: /],
      ["no-secret", /^ResourceInitializationError: .*did not contain json key absent/],
      ["no-group", /^ResourceInitializationError: .*log group does not exist/],
    ] as const) {
      const ended = await status((await run(family)).taskArn, "STOPPED");
      assert.equal(ended.stopCode, "TaskFailedToStart");
      assert.match(ended.stoppedReason ?? "", reason);
      assert.equal(ended.containers?.[0]?.exitCode, undefined);
    }
  });

  it("stops a task that runs", async () => {
    await define("waits", "sleep 600", { stopTimeout: 2 });
    const { taskArn } = await run("waits");
    await status(taskArn, "RUNNING");
    await account.ecs.send(new StopTaskCommand({ cluster: "gateways", task: taskArn, reason: "not needed" }));
    const ended = await status(taskArn, "STOPPED");
    assert.deepEqual([ended.stopCode, ended.stoppedReason], ["UserInitiated", "not needed"]);
    assert.notEqual(ended.containers?.[0]?.exitCode, 0);
  });

  it("starts once for a client token", async () => {
    await define("once", "true");
    const first = await run("once", { clientToken: "token" });
    assert.equal((await run("once", { clientToken: "token" })).taskArn, first.taskArn);
    await assert.rejects(run("once", { clientToken: "token", startedBy: "else" }), {
      name: "ConflictException",
    });
  });

  it("refuses what ECS refuses", async () => {
    await define("plain", "true");
    const override = (name: string, value: string) => ({
      overrides: { containerOverrides: [{ name, environment: [{ name: "V", value }] }] },
    });
    await assert.rejects(run("plain", override("job", "x".repeat(8_192))), invalid(/at most 8192/));
    await assert.rejects(run("plain", override("other", "x")), invalid(/named other is not a container/));
    await assert.rejects(run("plain", { networkConfiguration: undefined }), invalid(/Network Configuration/));
    await assert.rejects(run("absent"), { name: "ClientException", message: /not found/ });
    await assert.rejects(run("plain", { cluster: "absent" }), { name: "ClusterNotFoundException" });
  });
});
