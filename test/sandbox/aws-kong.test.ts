import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, type Endpoint } from "@aws-sdk/client-rds";
import { Client } from "pg";
import { connectAccount, makeGroup, makeListener, when, type Account } from "./aws-account";

describe("the AWS emulator: in the foreground, with a gateway on it", () => {
  let child: ChildProcess;
  let account: Account;
  let database: Endpoint = {};
  let gateway = "";

  before(async function () {
    this.timeout(300_000);
    const program = ["--require", "./tools/typescript.cjs", "sandbox/aws/main.ts"];
    const started = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "inherit"] });
    child = started;
    const [line] = (await once(createInterface({ input: started.stdout }), "line")) as [string];
    account = await connectAccount((JSON.parse(line) as { url: string }).url);
  });
  after(async () => {
    await account?.close();
    child.kill("SIGKILL");
  });

  it("migrates a database in a task, and serves from it behind a balancer", async () => {
    const { rds, ecs, subnets } = account;
    const MasterUserPassword = "password-of-kong";
    const made = {
      DBInstanceIdentifier: "kong",
      DBName: "kong",
      MasterUsername: "kong",
      MasterUserPassword,
    };
    const size = { Engine: "postgres", DBInstanceClass: "db.t4g.medium", AllocatedStorage: 20 };
    await rds.send(new CreateDBInstanceCommand({ ...made, ...size }));
    const { DBInstances = [] } = await when(
      "an instance",
      () => rds.send(new DescribeDBInstancesCommand({})),
      (found) => found.DBInstances?.[0]?.DBInstanceStatus === "available",
    );
    database = DBInstances[0]?.Endpoint ?? {};
    const { Address = "", Port = 0 } = database;
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
    gateway = (await makeListener(account, "kong", { [group]: 1 })).url;
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
    const answer = await fetch(`${gateway}/nothing`);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /no Route matched/);
  }).timeout(60_000);

  it("ends with SIGTERM, and all that it runs with it", async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(fetch(gateway));
    const refused = new Client({ host: database.Address, port: database.Port, user: "kong" }).connect();
    await assert.rejects(refused, { code: "ECONNREFUSED" });
  });
});
