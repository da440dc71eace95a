import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { CreateDBInstanceCommand, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { makeGroup, makeListener, openAccount, when, type Account } from "./aws-account";

describe("the AWS emulator: a gateway on it", () => {
  let account: Account;

  before(async function () {
    this.timeout(300_000);
    account = await openAccount();
  });
  after(() => account.close());

  it("migrates a database in a task, and serves from it behind a balancer", async () => {
    const { rds, ecs, subnets } = account;
    const MasterUserPassword = "password-of-kong";
    const database = {
      DBInstanceIdentifier: "kong",
      DBName: "kong",
      MasterUsername: "kong",
      MasterUserPassword,
    };
    const size = { Engine: "postgres", DBInstanceClass: "db.t4g.medium", AllocatedStorage: 20 };
    await rds.send(new CreateDBInstanceCommand({ ...database, ...size }));
    const { DBInstances = [] } = await when(
      "an instance",
      () => rds.send(new DescribeDBInstancesCommand({})),
      (found) => found.DBInstances?.[0]?.DBInstanceStatus === "available",
    );
    const { Address = "", Port = 0 } = DBInstances[0]?.Endpoint ?? {};
    const environment = Object.entries({
      KONG_PG_HOST: Address,
      KONG_PG_PORT: String(Port),
      KONG_PG_PASSWORD: MasterUserPassword,
      KONG_STATUS_LISTEN: "0.0.0.0:8007",
    }).map(([name, value]) => ({ name, value }));
    await ecs.send(new CreateClusterCommand({ clusterName: "gateways" }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "kong",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [
          {
            name: "kong",
            image: "kong/kong-gateway:3.10.0.0",
            environment,
            portMappings: [{ containerPort: 8_000 }],
          },
        ],
      }),
    );
    const networkConfiguration = { awsvpcConfiguration: { subnets } };
    const usual = {
      cluster: "gateways",
      taskDefinition: "kong",
      launchType: "FARGATE",
      networkConfiguration,
    } as const;
    const migrate = async (command: string[]) => {
      const overrides = { containerOverrides: [{ name: "kong", command }] };
      const { tasks = [] } = await ecs.send(new RunTaskCommand({ ...usual, overrides }));
      const asked = new DescribeTasksCommand({ cluster: "gateways", tasks: [tasks[0]?.taskArn ?? ""] });
      const ended = await when(
        "the end of a migration",
        async () => (await ecs.send(asked)).tasks?.[0],
        (task) => task?.lastStatus === "STOPPED",
      );
      return ended?.containers?.[0]?.exitCode;
    };
    assert.equal(await migrate(["kong", "migrations", "list"]), 3);
    assert.equal(await migrate(["kong", "migrations", "bootstrap"]), 0);
    const group = await makeGroup(account, "kong", {
      HealthCheckPath: "/status/ready",
      HealthCheckPort: "8007",
    });
    const { url } = await makeListener(account, "kong", { [group]: 1 });
    const loadBalancers = [{ targetGroupArn: group, containerName: "kong", containerPort: 8_000 }];
    // A node's status API answers 503 until it is ready: time for it to be.
    const patience = { healthCheckGracePeriodSeconds: 20 };
    const service = { serviceName: "kong", desiredCount: 1, loadBalancers, ...patience };
    await ecs.send(new CreateServiceCommand({ ...usual, ...service }));
    await when(
      "a service in a steady state",
      () => ecs.send(new DescribeServicesCommand({ cluster: "gateways", services: ["kong"] })),
      ({ services = [] }) => services[0]?.deployments?.[0]?.rolloutState === "COMPLETED",
    );
    const answer = await fetch(`${url}/nothing`);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /no Route matched/);
  }).timeout(60_000);
});

describe("the AWS emulator: in the foreground", () => {
  it("says where it is, serves, and ends with SIGTERM", async () => {
    const child = spawn(process.execPath, ["--require", "./tools/typescript.cjs", "sandbox/aws/main.ts"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      const { url } = JSON.parse(line) as { url: string };
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const client = new ECSClient({ endpoint: url, region: "eu-central-1", credentials });
      assert.deepEqual((await client.send(new ListClustersCommand({}))).clusterArns, []);
      client.destroy();
    } finally {
      child.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
    }
  }).timeout(60_000);
});
