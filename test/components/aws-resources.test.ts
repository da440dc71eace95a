import assert from "node:assert/strict";
import { namesOf } from "../../components/aws/names";
import type { AwsSettings } from "../../components/aws/settings";
import { release } from "../products/releases";
import { build, existingOnAws, given, givenNetwork, onAws, settingsOf } from "./aws-graph";
import type { Registered } from "./mocked-graph";

const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/one";
const [clients, testers] = [["10.0.0.0/8"], ["10.9.0.0/16"]];
const application = settingsOf({
  balancer: {
    ...{ clients, testers, certificate, deregistrationDelay: 30, slowStart: 60 },
    rule: { priority: 40, hosts: ["api.example.org"], paths: ["/v1/*"] },
  },
  nodes: { cpu: 512, memory: 1024, stopTimeout: 90, upstreams: ["10.1.0.0/16", "fd00::/8"] },
  databases: { engineVersion: "16.8", class: "db.m6g.large", storage: 50, parameterGroup: "theirs" },
});
const network = settingsOf({
  network: givenNetwork,
  balancer: { clients, testers, type: "network", port: 8000, testPort: 9000, slowStart: 60 },
});
const life = "green-3.10.0-g4";
const two = (settings: AwsSettings) => {
  const blue = onAws("3.9.1", settings);
  return release({ blue, green: onAws("3.10.0", settings, { nodes: 3, generation: 4 }) }, 90);
};

/** The part of a resource's inputs that a row of a table names. */
function same(inputs: Record<string, unknown>, expected: object): void {
  const picked = Object.fromEntries(Object.keys(expected).map((key) => [key, inputs[key]]));
  assert.deepEqual(picked, expected);
}

describe("resources on AWS", function () {
  this.timeout(60_000);
  const graphs: Record<string, Registered[]> = {};
  before(async () => {
    graphs.application = await build(two(application), application);
    graphs.network = await build(two(network), network);
  });
  const inputsOf = (name: string, graph: keyof typeof graphs = "application") => {
    const found = graphs[graph]?.find((each) => each.custom && each.name === name);
    assert.ok(found, `there is a resource ${name}`);
    return found.inputs;
  };
  const arnOf = (kind: string, name: string) => `arn:aws:${kind}:${name}`;
  const targets = (of: string) => arnOf("lb/targetGroup:TargetGroup", `${of}-targets`);
  const table: [name: string, expected: object, graph?: string][] = [
    ["vpc", { cidrBlock: "10.20.0.0/16", enableDnsHostnames: true, enableDnsSupport: true }],
    ["databases-eu-central-1b", { cidrBlock: "10.20.144.0/20", availabilityZone: "eu-central-1b" }],
    ["balancer", { loadBalancerType: "application", internal: true, securityGroups: ["balancer-group"] }],
    [
      "balancer",
      {
        ...{ loadBalancerType: "network", internal: true, securityGroups: ["balancer-group"] },
        subnets: givenNetwork.balancerSubnets,
      },
      "network",
    ],
    [
      "listener",
      {
        ...{ port: 443, protocol: "HTTPS", certificateArn: certificate },
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      },
    ],
    [
      `${life}-targets`,
      {
        ...{ name: "gw-test-green-3-10-0-g4", targetType: "ip", port: 8000, protocol: "HTTP" },
        ...{ deregistrationDelay: 30, slowStart: 60 },
        healthCheck: {
          ...{ protocol: "HTTP", port: "8002", path: "/status/ready", matcher: "200" },
          ...{ interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 },
        },
      },
    ],
    [
      `${life}-targets`,
      // A network balancer has no slow start.
      { vpcId: givenNetwork.vpc, protocol: "TCP", deregistrationDelay: 300, slowStart: undefined },
      "network",
    ],
    [
      "green-test",
      {
        priority: 38,
        conditions: [
          { httpHeader: { httpHeaderName: "x-gateway-slot", values: ["green"] } },
          { sourceIp: { values: testers } },
        ],
        actions: [{ type: "forward", targetGroupArn: targets(life) }],
      },
    ],
    [
      "green-test",
      {
        ...{ port: 9001, protocol: "TCP" },
        defaultActions: [{ type: "forward", targetGroupArn: targets(life) }],
      },
      "network",
    ],
    [
      "traffic-rule",
      {
        priority: 40,
        conditions: [{ pathPattern: { values: ["/v1/*"] } }, { hostHeader: { values: ["api.example.org"] } }],
      },
    ],
    ["traffic-rule", { port: 8000, protocol: "TCP" }, "network"],
    [
      `${life}-service`,
      {
        ...{ name: "gw-test-green-3-10-0-g4", desiredCount: 3, launchType: "FARGATE" },
        taskDefinition: arnOf("ecs/taskDefinition:TaskDefinition", `${life}-nodes`),
        loadBalancers: [{ targetGroupArn: targets(life), containerName: "gateway", containerPort: 8000 }],
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...{ deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 },
        ...{ healthCheckGracePeriodSeconds: 14, waitForSteadyState: true, propagateTags: "SERVICE" },
      },
    ],
    [
      `${life}-service`,
      {
        networkConfiguration: {
          subnets: givenNetwork.nodeSubnets,
          securityGroups: ["nodes-group"],
          assignPublicIp: false,
        },
      },
      "network",
    ],
    [
      `${life}-database`,
      {
        ...{ identifier: "gw-test-green-3-10-0-g4", engine: "postgres", engineVersion: "16.8" },
        ...{ instanceClass: "db.m6g.large", allocatedStorage: 50, parameterGroupName: "theirs" },
        ...{ storageEncrypted: true, dbSubnetGroupName: "gw-test-made", copyTagsToSnapshot: true },
        snapshotIdentifier: `taken-by-before-${life}`,
        autoMinorVersionUpgrade: false,
        vpcSecurityGroupIds: ["databases-group"],
      },
    ],
    ["blue-3.9.1-g1-database", { snapshotIdentifier: undefined }],
    ["databases", { subnetIds: givenNetwork.databaseSubnets }, "network"],
    ["execution", { namePrefix: "gw-test-execution-" }],
    ["logs", { name: "/gateway/gw-test", retentionInDays: 30 }],
  ];
  for (const [name, expected, graph = "application"] of table) {
    it(`${name} (${graph}): ${Object.keys(expected).join(", ")}`, () =>
      same(inputsOf(name, graph), expected));
  }

  it("tell a database's life, product and version, which its last snapshot takes on", () => {
    const { tags } = inputsOf(`${life}-database`);
    assert.deepEqual(tags, {
      ...{ team: "api", "gateway-upgrade": "gw-test", "gateway-upgrade-life": life },
      ...{ "gateway-upgrade-product": "kong", "gateway-upgrade-version": "3.10.0" },
    });
  });

  it("open to clients the port of users, and to testers that one and the ports of tests", () => {
    const opened = (graph: keyof typeof graphs) =>
      Object.fromEntries(
        graphs[graph]
          ?.filter(({ type, inputs }) => /IngressRule$/.test(type) && inputs.cidrIpv4 !== undefined)
          .map(({ inputs }) => [
            `${inputs.cidrIpv4 as string}:${inputs.fromPort as number}`,
            inputs.toPort,
          ]) ?? [],
      );
    assert.deepEqual(opened("application"), { "10.0.0.0/8:443": 443, "10.9.0.0/16:443": 443 });
    assert.deepEqual(opened("network"), {
      ...{ "10.0.0.0/8:8000": 8000, "10.9.0.0/16:8000": 8000 },
      ...{ "10.9.0.0/16:9000": 9000, "10.9.0.0/16:9001": 9001 },
    });
  });
  it("let nodes reach the databases, AWS and the upstreams that config names", () => {
    const reached = graphs.application
      ?.filter(({ type, inputs }) => /EgressRule$/.test(type) && inputs.securityGroupId === "nodes-group")
      .map(({ inputs }) => [
        inputs.cidrIpv4 ?? inputs.cidrIpv6 ?? inputs.referencedSecurityGroupId,
        `${inputs.fromPort as number}-${inputs.toPort as number}`,
      ]);
    assert.deepEqual(
      new Map(reached as [string, string][]),
      new Map([
        ["databases-group", "5432-5432"],
        ["0.0.0.0/0", "443-443"],
        ["10.1.0.0/16", "0-65535"],
        ["fd00::/8", "0-65535"],
      ]),
    );
  });

  type Container = Record<string, unknown> & { environment: { name: string; value: string }[] };
  const containerOf = (name: string, graph: keyof typeof graphs = "application") =>
    (JSON.parse(inputsOf(name, graph).containerDefinitions as string) as Container[])[0] as Container;
  const secret = (key: string) =>
    `arn:aws:secretsmanager/secretVersion:SecretVersion:green-secret-value:${key}::`;

  it("run nodes in the image of their version, asked for their health, with time to end", () => {
    same(inputsOf(`${life}-nodes`), { cpu: "512", memory: "1024", networkMode: "awsvpc" });
    same(containerOf(`${life}-nodes`), {
      image: "kong/kong-gateway:3.10.0",
      ...{ cpu: 512, memory: 1024, stopTimeout: 90 },
      healthCheck: {
        command: ["CMD", "kong", "health", "--prefix", "/usr/local/kong"],
        ...{ interval: 10, timeout: 5, retries: 3, startPeriod: 60 },
      },
      portMappings: [8000, 8001, 8002].map((containerPort) => ({ containerPort, protocol: "tcp" })),
      secrets: [
        { name: "KONG_PG_PASSWORD", valueFrom: secret("password") },
        { name: "KONG_LICENSE_DATA", valueFrom: secret("KONG_LICENSE_DATA") },
      ],
    });
  });
  it("run tasks in the same image, listening nowhere", () => {
    const container = containerOf(`${life}-tasks`);
    same(container, { image: "kong/kong-gateway:3.10.0", portMappings: undefined });
    assert.deepEqual(
      container.environment.filter(({ name }) => name.endsWith("_LISTEN")),
      [],
    );
  });
  for (const [name, stream] of [
    [`${life}-nodes`, "gw-test-green-3-10-0-g4-nodes"],
    [`${life}-tasks`, "gw-test-green-3-10-0-g4-tasks"],
    ["green-statements", "gw-test-green-statements"],
  ] as const) {
    it(`${name} logs in a stream named after its family, by which its lines are found`, () => {
      assert.equal(inputsOf(name).family, stream);
      same(containerOf(name), {
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/gateway/gw-test",
            "awslogs-region": "eu-central-1",
            "awslogs-stream-prefix": stream,
          },
        },
      });
    });
  }
  it("hand no role to a gateway, and to its execution no more than it needs", () => {
    assert.equal(inputsOf(`${life}-nodes`).taskRoleArn, undefined);
    const { Statement } = JSON.parse(inputsOf("execution-policy").policy as string) as {
      Statement: { Action: string[]; Resource: string }[];
    };
    const anywhere = Statement.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
    assert.deepEqual(
      anywhere.filter((action) => !action.startsWith("ecr:")),
      [],
    );
  });
  it("are the same for a rule of users' traffic and its weights, whichever slot has more", async () => {
    const reverse = await build({ ...two(application), weights: { blue: 0, green: 100 } }, application);
    graphs.reverse = reverse;
    const { actions: now, ...others } = inputsOf("traffic-rule");
    const { actions: then, ...same } = inputsOf("traffic-rule", "reverse");
    assert.deepEqual(same, others);
    assert.notDeepEqual(then, now);
  });

  it("ask an existing gateway's database by the names that it has", async () => {
    const slots = { ...two(application).slots, blue: existingOnAws("3.9.1", application) };
    graphs.existing = await build(release(slots, 100), application);
    const { environment } = containerOf("blue-statements", "existing");
    const variables = Object.fromEntries(environment.map(({ name, value }) => [name, value]));
    same(variables, { PGDATABASE: given.database.name, PGUSER: given.database.user });
    same(inputsOf(`before-${life}`, "existing").environment as Record<string, string>, {
      GATEWAY_INSTANCE: given.database.host,
    });
  });

  it("have names that AWS takes, for the longest life of the longest name", async () => {
    const longest = "green-3.10.0.10-g99";
    const gateway = "g".repeat(32 - namesOf("").ofLife(longest).length);
    const slots = { green: onAws("3.10.0.10", application, { generation: 99 }) };
    const graph = await build(release(slots, 0), application, { gateway });
    const limits: Record<string, [key: string, most: number, form: RegExp]> = {
      LoadBalancer: ["name", 32, /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/],
      TargetGroup: ["name", 32, /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/],
      Instance: ["identifier", 63, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/],
      // The provider appends 26 characters to a prefix.
      SubnetGroup: ["namePrefix", 229, /^[a-z0-9._ -]+$/],
      Role: ["namePrefix", 38, /^[\w+=,.@-]+$/],
      Cluster: ["name", 255, /^[\w-]+$/],
      Service: ["name", 255, /^[\w-]+$/],
      TaskDefinition: ["family", 255, /^[\w-]+$/],
      SecurityGroup: ["namePrefix", 229, /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]+$/],
      LogGroup: ["name", 512, /^[\w./#-]+$/],
      Secret: ["namePrefix", 256, /^[\w/+=.@-]+$/],
    };
    for (const [kind, [key, most, form]] of Object.entries(limits)) {
      const found = graph.filter(({ type }) => type.startsWith("aws:") && type.endsWith(`:${kind}`));
      assert.ok(found.length > 0, kind);
      for (const { inputs } of found) {
        const name = inputs[key] as string;
        assert.ok(name.length <= most && form.test(name), `${kind} ${name}`);
      }
    }
    const [database] = graph.filter(({ type }) => type.endsWith(":Instance"));
    const last = database?.inputs.finalSnapshotIdentifier as string;
    assert.ok(last.length <= 255 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(last), last);
  });
});
