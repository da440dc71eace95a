import assert from "node:assert/strict";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateDBInstanceCommand, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { type Account, connectAccount, makeGroup, makeListener, when } from "../sandbox/aws-account";

/** A gateway that somebody else made, without us: a listener, a target group with a node in it, a database. */
export interface Somebody {
  url: string;
  listener: string;
  group: string;
  /** A security group of its balancer. */
  securityGroup: string;
  vpc: string;
  subnets: string[];
  instance: string;
  password: string;
  /** Base URL of its node's Admin API. */
  adminApi: string;
  /** All that AWS says of what is theirs. */
  state: () => Promise<unknown>;
  close: () => Promise<void>;
}

const cluster = "theirs";
const password = "a-password-of-theirs";
const instance = "their-kong";

/** Makes it on an emulator, at this version, with a migrated database. */
export async function somebodysGateway(url: string, version: string): Promise<Somebody> {
  const account = await connectAccount(url);
  const { ecs, subnets, vpc } = account;
  const environment = await makeDatabase(account);
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: "kong", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"] },
      ...{ cpu: "256", memory: "512" },
      containerDefinitions: [
        {
          ...{ name: "kong", image: `kong/kong-gateway:${version}`, environment },
          portMappings: [{ containerPort: 8_000 }],
        },
      ],
    }),
  );
  await migrate(account);
  const group = await makeGroup(account, "their-kong", {
    HealthCheckPath: "/status/ready",
    HealthCheckPort: "8007",
  });
  const front = await makeListener(account, "theirs", { [group]: 1 });
  const node = await serve(account, group);
  return {
    ...{ url: front.url, listener: front.listener, group, vpc, subnets, instance, password },
    securityGroup: await anySecurityGroup(url),
    adminApi: `http://${node}:8001`,
    state: () => stateOf(account, front.listener, group),
    close: () => account.close(),
  };
}

async function makeDatabase({ rds }: Account): Promise<{ name: string; value: string }[]> {
  await rds.send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: instance, DBName: "kong", MasterUsername: "kong" },
      ...{ MasterUserPassword: password, Engine: "postgres", EngineVersion: "15.8" },
      ...{ DBInstanceClass: "db.t4g.medium", AllocatedStorage: 30, StorageEncrypted: true },
      DeletionProtection: true,
    }),
  );
  const { DBInstances = [] } = await when(
    "their instance",
    () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance })),
    (found) => found.DBInstances?.[0]?.DBInstanceStatus === "available",
    60,
  );
  const { Address = "", Port = 0 } = DBInstances[0]?.Endpoint ?? {};
  return Object.entries({
    ...{ KONG_PG_HOST: Address, KONG_PG_PORT: String(Port), KONG_PG_PASSWORD: password, KONG_PG_SSL: "on" },
    ...{ KONG_ADMIN_LISTEN: "0.0.0.0:8001", KONG_STATUS_LISTEN: "0.0.0.0:8007" },
  }).map(([name, value]) => ({ name, value }));
}

const usual = ({ subnets }: Account) => ({
  ...{ cluster, taskDefinition: "kong", launchType: "FARGATE" as const },
  networkConfiguration: { awsvpcConfiguration: { subnets } },
});

async function migrate(account: Account): Promise<void> {
  const { ecs } = account;
  const overrides = { containerOverrides: [{ name: "kong", command: ["kong", "migrations", "bootstrap"] }] };
  const { tasks = [] } = await ecs.send(new RunTaskCommand({ ...usual(account), overrides }));
  const asked = new DescribeTasksCommand({ cluster, tasks: [tasks[0]?.taskArn ?? ""] });
  const ended = await when(
    "the end of their migration",
    async () => (await ecs.send(asked)).tasks?.[0],
    (task) => task?.lastStatus === "STOPPED",
    60,
  );
  assert.equal(ended?.containers?.[0]?.exitCode, 0);
}

/** Starts the node, and gives its address. */
async function serve(account: Account, group: string): Promise<string> {
  const { ecs, elb } = account;
  const loadBalancers = [{ targetGroupArn: group, containerName: "kong", containerPort: 8_000 }];
  await ecs.send(
    new CreateServiceCommand({
      ...usual(account),
      ...{ serviceName: "kong", desiredCount: 1, loadBalancers, healthCheckGracePeriodSeconds: 60 },
    }),
  );
  await when(
    "their service in a steady state",
    () => ecs.send(new DescribeServicesCommand({ cluster, services: ["kong"] })),
    ({ services = [] }) => services[0]?.deployments?.[0]?.rolloutState === "COMPLETED",
    60,
  );
  const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return health.TargetHealthDescriptions?.[0]?.Target?.Id ?? "";
}

async function anySecurityGroup(url: string): Promise<string> {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/ec2/aws4_request, Signature=0",
  };
  const body = new URLSearchParams({ Action: "DescribeSecurityGroups", Version: "2016-11-15" });
  const xml = await (await fetch(url, { method: "POST", headers, body })).text();
  return /<groupId>([^<]+)</.exec(xml)?.[1] ?? "";
}

async function stateOf({ rds, elb, ecs }: Account, listener: string, group: string): Promise<unknown> {
  const [instances, listeners, groups, targets, tags, services] = await Promise.all([
    rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance })),
    elb.send(new DescribeListenersCommand({ ListenerArns: [listener] })),
    elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group] })),
    elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group })),
    elb.send(new DescribeTagsCommand({ ResourceArns: [listener, group] })),
    ecs.send(new DescribeServicesCommand({ cluster, services: ["kong"] })),
  ]);
  return {
    // The moment moves on by itself.
    instance: instances.DBInstances?.map((found) => ({ ...found, LatestRestorableTime: undefined })),
    listener: listeners.Listeners,
    // moto lists a balancer once more for each rule that ever named the group.
    group: groups.TargetGroups?.map((found) => ({
      ...found,
      LoadBalancerArns: new Set(found.LoadBalancerArns),
    })),
    targets: targets.TargetHealthDescriptions,
    tags: tags.TagDescriptions,
    running: services.services?.map(({ runningCount, taskDefinition }) => ({ runningCount, taskDefinition })),
  };
}
