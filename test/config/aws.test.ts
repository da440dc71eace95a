import assert from "node:assert/strict";
import { placeOf as awsSlotPlace } from "../../components/aws/slot-settings";
import { capacityOf } from "../../products/release";
import { drainLimitOf, timeoutsOf } from "../../stacks/config/limits";
import { awsOf, existingOnAws, onAws, onListener, password, readOnAws } from "./aws-given";
import { type Given, good, read } from "./given";

const withBalancer = (balancer: Given, other: Given = {}) => onAws(awsOf({ balancer, ...other }));
const green = (aws: Given = {}, other: Given = {}) =>
  onAws(awsOf(), { green: { version: "3.10.0", aws }, ...other });
const beside = (existing: Given = existingOnAws, other: Given = {}) =>
  onAws(awsOf({ ...onListener, ...other }), { blue: { version: "3.9.1", nodes: 2, existing } });
const listener = (balancer: Given) =>
  onAws(awsOf({ ...onListener, balancer: { ...(onListener.balancer as Given), ...balancer } }));
const nodes = (given: Given) => onAws(awsOf({ nodes: given }));
const databases = (given: Given) => onAws(awsOf({ databases: { engineVersion: "16.8", ...given } }));

const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/a";

describe("a stack's config on AWS", () => {
  describe("that is good", () => {
    const table: [what: string, given: Given, stack?: string][] = [
      ["the least that there can be", onAws()],
      ["two slots", green()],
      [
        "a newer slot that is larger",
        green({ nodes: { cpu: 2048, memory: 8192 }, databases: { class: "db.m6g.large" } }),
      ],
      ["a gateway of the internet", withBalancer({ internal: false, clients: ["0.0.0.0/0", "::/0"] })],
      [
        "four testers",
        withBalancer({ testers: ["10.0.0.1/32", "10.0.0.2/32", "10.0.0.3/32", "10.0.0.4/32"] }),
      ],
      [
        "five values in the rule",
        withBalancer({ rule: { hosts: ["a.example", "b.example"], paths: ["/a", "/b", "/c"] } }),
      ],
      ["a network balancer", withBalancer({ type: "network", testers: ["10.0.0.1/32"] })],
      ["a listener of somebody else's", onAws(awsOf(onListener))],
      ["an existing gateway on it", beside()],
      ["a name in place of the stack's", onAws(awsOf({ name: "gw" })), "a-stack-with-a-very-long-name"],
      ["the longest password", onAws(awsOf(), { database: { password: "x".repeat(128) } })],
      [
        "a password of each slot's own",
        onAws(awsOf(), { database: {}, blue: { version: "3.9.1", database: { password } } }),
      ],
      ["a snapshot", onAws(awsOf(), { restoreFrom: "gw-prod-before-green-3-10-0-g1-20260107t120000z" })],
      [
        "an emulator's period",
        onAws(awsOf({ endpoint: "http://127.0.0.1:5000", metricPeriod: 1 }), { drainLimit: 303 }),
      ],
      ["the largest node", nodes({ cpu: 16384, memory: 122880 })],
      [
        "a certificate, with tests by its name",
        onAws(awsOf({ balancer: { certificate } }), {
          smokeTests: {
            checks: [{ headers: { Host: "api.example" } }, { headers: { host: "api.example" } }],
          },
        }),
      ],
      ["another client that reads the server", databases({ image: "registry.example/postgres:17-alpine" })],
      ["a client of no known version", databases({ image: "registry.example/postgres:latest" })],
    ];
    for (const [what, given, stack] of table) {
      it(what, () => {
        const { settings, findings } = readOnAws(given, stack);
        assert.deepEqual(findings, []);
        assert.ok(settings);
      });
    }
  });

  describe("has defaults of its own", () => {
    const configOf = (given: Given) => {
      const { settings } = readOnAws(given);
      assert.ok(settings);
      return settings.config;
    };
    it("for time limits, each of which config may set", () => {
      const config = configOf(onAws(awsOf(), { timeouts: { start: 60 } }));
      assert.deepEqual(timeoutsOf(config), {
        ...{ snapshot: 3600, database: 3600, migration: 3600, start: 60, stop: 300, weights: 120, lock: 900 },
      });
    });
    for (const [delay, limit] of [
      [300, 600],
      [0, 300],
    ]) {
      it(`for the drain: ${limit} s after a deregistration delay of ${delay} s`, () => {
        assert.equal(drainLimitOf(configOf(withBalancer({ deregistrationDelay: delay }))), limit);
      });
    }
    it("for the client that asks the databases: of their own version", () => {
      assert.equal(
        configOf(databases({ engineVersion: "15.10" })).aws?.databases.image,
        "public.ecr.aws/docker/library/postgres:15",
      );
    });
  });

  describe("places each slot", () => {
    it("as the gateway's keys say, and the slot's own where it has one", () => {
      const { settings } = readOnAws(
        green({ nodes: { cpu: 2048, memory: 4096 }, databases: { storage: 50 } }),
      );
      const { blue, green: newer } = settings?.release.slots ?? {};
      assert.ok(blue && newer);
      const [from, to] = [awsSlotPlace(blue), awsSlotPlace(newer)];
      assert.deepEqual([from.nodes.cpu, from.databases.storage], [1024, 20]);
      assert.deepEqual([to.nodes.cpu, to.nodes.memory, to.databases.storage], [2048, 4096, 50]);
      assert.deepEqual(
        [to.nodes.image, to.databases.class, to.gateway],
        [from.nodes.image, from.databases.class, "gw-dev"],
      );
    });
    it("with an existing gateway as its target group, its instance and as many nodes as it is said to have", () => {
      const { settings } = readOnAws(beside());
      const blue = settings?.release.slots.blue;
      assert.ok(blue);
      assert.ok(blue.existing);
      assert.equal(blue.existing.targetGroup, existingOnAws.targetGroup);
      assert.equal(blue.existing.database.host, "kong-production");
      assert.equal(capacityOf(blue), 2);
      assert.doesNotMatch(JSON.stringify(settings.release), new RegExp(password));
    });
  });

  describe("that is bad names the key and what is wrong", () => {
    const table: [what: string, given: Given, key: string, wrong: RegExp, stack?: string][] = [
      ["nothing of AWS", { ...onAws(), aws: undefined }, "aws", /^aws is missing\.$/],
      ["AWS on another platform", { ...good, aws: awsOf() }, "aws", /and the platform is local/],
      [
        "AWS of a slot on another platform",
        { ...good, blue: { version: "3.9.1", aws: {} } },
        "blue.aws",
        /no such key/,
      ],
      ["an unknown key", onAws(awsOf({ nods: {} })), "aws.nods", /no such key/],

      [
        "a stack whose name is too long",
        onAws(),
        "aws.name",
        /target group gw-a-stack-of-mine-green.* is 5 characters longer/,
        "a-stack-of-mine",
      ],
      ["a stack whose name is none of AWS", onAws(), "aws.name", /gw-My_Stack, after the stack/, "My_Stack"],
      [
        "a name that AWS keeps for itself",
        onAws(awsOf({ name: "internal-gw" })),
        "aws.name",
        /begins with "internal-"/,
      ],
      [
        "a name too long for an upgrade to come",
        onAws(awsOf({ name: "a-name-of-17-long" })),
        "aws.name",
        /an upgrade to a version of four parts, is 4 characters/,
      ],

      [
        "a VPC that is too small",
        onAws(awsOf({ network: { cidr: "10.0.0.0/24", zones: ["eu-central-1a", "eu-central-1b"] } })),
        "aws.network.cidr",
        /sixteen subnets/,
      ],
      [
        "a VPC that begins nowhere",
        onAws(awsOf({ network: { cidr: "10.0.1.0/16", zones: ["eu-central-1a", "eu-central-1b"] } })),
        "aws.network.cidr",
        /does not begin where a range of \/16 does/,
      ],
      [
        "zones of another region",
        onAws(awsOf({ network: { cidr: "10.0.0.0/16", zones: ["eu-central-1a", "us-east-1a"] } })),
        "aws.network.zones",
        /^us-east-1a is no zone of eu-central-1/,
      ],
      [
        "a zone twice",
        onAws(awsOf({ network: { cidr: "10.0.0.0/16", zones: ["eu-central-1a", "eu-central-1a"] } })),
        "aws.network.zones",
        /named twice/,
      ],

      ["no clients", withBalancer({ clients: [] }), "aws.balancer.clients", /nobody could reach/],
      [
        "the whole world",
        withBalancer({ clients: ["0.0.0.0/0"] }),
        "aws.balancer.clients",
        /0\.0\.0\.0\/0 lets the whole world in/,
      ],
      [
        "the whole world of IPv6",
        withBalancer({ clients: ["10.0.0.0/8", "::/0"] }),
        "aws.balancer.clients",
        /^::\/0 lets/,
      ],
      ["no testers", withBalancer({ testers: [] }), "aws.balancer.testers", /no slot can be tested/],
      [
        "testers that are the world",
        withBalancer({ testers: ["0.0.0.0/0"] }),
        "aws.balancer.testers",
        /still being tested/,
      ],
      [
        "five testers",
        withBalancer({ testers: [1, 2, 3, 4, 5].map((last) => `10.0.0.${last}/32`) }),
        "aws.balancer.testers",
        /with 6 values, and AWS takes 5/,
      ],
      [
        "six values in the rule",
        withBalancer({ rule: { hosts: ["a.example"], paths: ["/a", "/b", "/c", "/d", "/e"] } }),
        "aws.balancer.rule",
        /with 6 values/,
      ],
      [
        "hosts of a network balancer",
        withBalancer({ type: "network", rule: { hosts: ["a.example"] } }),
        "aws.balancer.rule",
        /sees no hosts/,
      ],
      [
        "slow start of a network balancer",
        withBalancer({ type: "network", slowStart: 30 }),
        "aws.balancer.slowStart",
        /has no slow start/,
      ],
      [
        "tests on the port of users",
        withBalancer({ type: "network", testPort: 80 }),
        "aws.balancer.testPort",
        /need the ports 80 and 81, and 80 is that of users/,
      ],
      [
        "slow start that is too short",
        withBalancer({ slowStart: 29 }),
        "aws.balancer.slowStart",
        /must be 0 or from 30 to 900/,
      ],
      [
        "a priority without room for tests",
        withBalancer({ rule: { priority: 2 } }),
        "aws.balancer.rule.priority",
        />=3/,
      ],
      [
        "a key of another region",
        databases({ kmsKey: "arn:aws:kms:us-east-1:123456789012:key/a" }),
        "aws.databases.kmsKey",
        /lies in us-east-1/,
      ],
      [
        "a security group of a balancer that is made",
        withBalancer({ securityGroup: "sg-0a" }),
        "aws.balancer.securityGroup",
        /one of its own/,
      ],

      [
        "a listener without its security group",
        listener({ securityGroup: undefined }),
        "aws.balancer.securityGroup",
        /is not given/,
      ],
      [
        "clients of a listener that is there",
        listener({ clients: ["10.0.0.0/8"] }),
        "aws.balancer.clients",
        /names one that is there/,
      ],
      [
        "a port of a listener that is there",
        listener({ port: 443 }),
        "aws.balancer.port",
        /names one that is there/,
      ],
      [
        "a certificate of a listener that is there",
        { ...listener({ certificate }), smokeTests: { checks: [{ headers: { host: "api.example" } }] } },
        "aws.balancer.certificate",
        /names one that is there/,
      ],
      [
        "a listener of the internet",
        listener({ internal: false }),
        "aws.balancer.internal",
        /names one that is there/,
      ],
      [
        "a network balancer's listener",
        listener({ type: "network" }),
        "aws.balancer.listener",
        /not built yet/,
      ],
      [
        "a load balancer for a listener",
        listener({ listener: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/b" }),
        "aws.balancer.listener",
        /no listener of an application/,
      ],
      [
        "an own VPC with a listener that is there",
        onAws(awsOf({ balancer: onListener.balancer })),
        "aws.network",
        /lies in another one/,
      ],

      [
        "nodes that are killed before Kong is done",
        nodes({ stopTimeout: 9 }),
        "aws.nodes.stopTimeout",
        />=10/,
      ],
      [
        "nodes on EC2 without an image",
        nodes({ compute: "ec2", instanceType: "m6g.large" }),
        "blue.aws.nodes.ami",
        /blue has none/,
      ],
      [
        "nodes on EC2 without a type of instance",
        nodes({ compute: "ec2", ami: "ami-0a1b2c3d" }),
        "blue.aws.nodes.instanceType",
        /blue has none/,
      ],
      [
        "two versions on one image",
        onAws(awsOf({ nodes: { compute: "ec2", instanceType: "m6g.large", ami: "ami-0a1b2c3d" } }), {
          green: { version: "3.10.0" },
        }),
        "green.aws.nodes.ami",
        /the same image/,
      ],
      [
        "an image of a slot on Fargate",
        green({ nodes: { ami: "ami-0a1b2c3d" } }),
        "green.aws.nodes.ami",
        /these are on Fargate/,
      ],
      [
        "a machine for nodes on Fargate",
        nodes({ instanceType: "m6g.large" }),
        "aws.nodes.instanceType",
        /these are on Fargate/,
      ],
      ["a CPU that there is not", nodes({ cpu: 1000 }), "aws.nodes.cpu", /no task with 1000 units/],
      [
        "too little memory for the CPU",
        nodes({ cpu: 1024, memory: 1024 }),
        "aws.nodes.memory",
        /1024 units of CPU and 1024 MiB/,
      ],
      ["memory between two steps", nodes({ cpu: 8192, memory: 20000 }), "aws.nodes.memory", /no task/],
      ["memory that the smallest has not", nodes({ cpu: 256, memory: 1536 }), "aws.nodes.memory", /no task/],
      [
        "a slot of a size that there is not",
        green({ nodes: { cpu: 4096 } }),
        "green.aws.nodes.memory",
        /4096 units of CPU and 2048 MiB/,
      ],

      [
        "a version of the server without quotes",
        databases({ engineVersion: 16.8 }),
        "aws.databases.engineVersion",
        /in quotes/,
      ],
      [
        "no version of the server",
        onAws(awsOf({ databases: {} })),
        "aws.databases.engineVersion",
        /is missing/,
      ],
      [
        "a server's version of one slot",
        green({ databases: { engineVersion: "17.2" } }),
        "green.aws.databases.engineVersion",
        /no such key/,
      ],
      [
        "a client that is too old",
        databases({ engineVersion: "17.2", image: "postgres:16.4" }),
        "aws.databases.image",
        /client of PostgreSQL 16/,
      ],
      [
        "a snapshot that is a file",
        onAws(awsOf(), { restoreFrom: "/snapshots/one" }),
        "restoreFrom",
        /no identifier of a snapshot/,
      ],
      [
        "a snapshot with two hyphens in a row",
        onAws(awsOf(), { restoreFrom: "gw--one" }),
        "restoreFrom",
        /no identifier/,
      ],

      ["no password", onAws(awsOf(), { database: {} }), "database.password", /no password is made up/],
      [
        "a short password",
        onAws(awsOf(), { database: { password: "seven77" } }),
        "database.password",
        /has 7 characters/,
      ],
      [
        "a long password",
        onAws(awsOf(), { database: { password: "x".repeat(129) } }),
        "database.password",
        /has 129 characters/,
      ],
      ...["/", "@", '"', " ", "ä"].map((sign): [string, Given, string, RegExp] => [
        `a password with ${sign}`,
        onAws(awsOf(), { database: { password: `password${sign}` } }),
        "database.password",
        /RDS does not take/,
      ]),
      [
        "a slot's own password that is short",
        onAws(awsOf(), { blue: { version: "3.9.1", database: { password: "short" } } }),
        "blue.database.password",
        /has 5 characters/,
      ],

      [
        "a newer slot with less CPU",
        green({ nodes: { cpu: 512 } }),
        "green.aws.nodes.cpu",
        /^green has 512 where blue has 1024/,
      ],
      [
        "a newer slot with less storage",
        onAws(awsOf(), {
          blue: { version: "3.9.1", aws: { databases: { storage: 40 } } },
          green: { version: "3.10.0" },
        }),
        "green.aws.databases.storage",
        /^green has 20 where blue has 40/,
      ],
      [
        "a newer slot of a smaller class",
        green({ databases: { class: "db.m6g.small" } }),
        "green.aws.databases.class",
        /db\.m6g\.small where blue has db\.t4g\.medium/,
      ],
      [
        "a newer slot in fewer zones",
        onAws(awsOf({ databases: { engineVersion: "16.8", multiZone: true } }), {
          blue: { version: "3.9.1" },
          green: { version: "3.10.0", aws: { databases: { multiZone: false } } },
        }),
        "green.aws.databases.multiZone",
        /green has false where blue has true/,
      ],

      [
        "an existing gateway without its nodes",
        { ...beside(), blue: { version: "3.9.1", existing: existingOnAws } },
        "blue.nodes",
        /is missing; an existing gateway's are the targets/,
      ],
      [
        "an existing gateway by addresses",
        {
          ...beside(),
          blue: { version: "3.9.1", nodes: 1, existing: { ...existingOnAws, addresses: ["10.0.0.1:8000"] } },
        },
        "blue.existing.addresses",
        /no such key/,
      ],
      [
        "an existing gateway without its password",
        beside({ ...existingOnAws, database: { instance: "a", name: "kong", user: "kong" } }),
        "blue.existing.database.password",
        /is missing/,
      ],
      [
        "an existing gateway on a balancer of its own",
        onAws(awsOf(), { blue: { version: "3.9.1", nodes: 2, existing: existingOnAws } }),
        "aws.balancer.listener",
        /one balancer alone/,
      ],
      [
        "an existing gateway of another size",
        { ...beside(), blue: { version: "3.9.1", nodes: 2, existing: existingOnAws, aws: {} } },
        "blue.aws",
        /of the size that they are/,
      ],
      [
        "an existing database of another name",
        beside({ ...existingOnAws, database: { instance: "a", name: "other", user: "kong", password } }),
        "aws.databases.name",
        /has the name other, which a copy of it keeps/,
      ],
      [
        "an existing group of another region",
        beside({
          ...existingOnAws,
          targetGroup: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/b",
        }),
        "blue.existing.targetGroup",
        /lies in us-east-1/,
      ],
      [
        "an existing group that is none",
        beside({
          ...existingOnAws,
          targetGroup: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/b",
        }),
        "blue.existing.targetGroup",
        /no ARN of a target group/,
      ],

      [
        "a period that AWS does not publish",
        onAws(awsOf({ metricPeriod: 30 })),
        "aws.metricPeriod",
        /each 60 s, and 30 s/,
      ],
      ["a period between two", onAws(awsOf({ metricPeriod: 90 })), "aws.metricPeriod", /90 s/],
      [
        "a drain that nobody could see",
        onAws(awsOf(), { drainLimit: 599 }),
        "drainLimit",
        /^599 s are too short: after the deregistration delay \(300 s\) AWS takes up to 300 s/,
      ],
      [
        "a drain with a long period",
        onAws(awsOf({ metricPeriod: 240 }), { drainLimit: 600 }),
        "drainLimit",
        /up to 720 s/,
      ],
      [
        "a stop that is too short for the nodes",
        onAws(awsOf(), { timeouts: { stop: 59 } }),
        "timeouts.stop",
        /a node has 60 s to end/,
      ],

      [
        "a certificate with the product's own tests",
        withBalancer({ certificate }),
        "smokeTests.checks",
        /its certificate is for another one/,
      ],
      [
        "a test that names no host",
        onAws(awsOf({ balancer: { certificate } }), {
          smokeTests: { checks: [{ headers: { host: "api.example" } }, {}] },
        }),
        "smokeTests.checks",
        /its certificate is for another one/,
      ],
      [
        "a test of the Admin API",
        onAws(awsOf(), { smokeTests: { checks: [{}, { port: "admin" }] } }),
        "smokeTests.checks.1.port",
        /The port admin is reached by nobody/,
      ],
      [
        "a shared database",
        onAws(awsOf(), {
          strategy: "blue-green-shared-database",
          database: { password, host: "a", name: "kong", user: "kong" },
        }),
        "strategy",
        /not built yet on aws/,
      ],
    ];
    for (const [what, given, key, wrong, stack] of table) {
      it(what, () => {
        const { settings, findings } =
          key.startsWith("blue.aws") && given.platform === undefined ? read(given) : readOnAws(given, stack);
        assert.deepEqual(
          findings.map((finding) => finding.key),
          [`gateway:${key}`],
        );
        const [finding] = findings;
        assert.match(finding?.wrong ?? "", wrong);
        assert.equal(finding?.severity, "error");
        assert.ok((finding?.remedy.length ?? 0) > 10, "there is no remedy");
        // What can be read is read: the rules tell what else is wrong with it.
        assert.equal(settings === undefined, finding?.rule === "config/invalid");
      });
    }
  });

  it("tells of all that is wrong at once", () => {
    const { findings } = readOnAws({
      ...onAws(awsOf({ balancer: { clients: [], testers: [] }, nodes: { cpu: 300 }, metricPeriod: 7 })),
      ...{ database: {}, freeze: "hold", drainLimit: 1, restoreFrom: "/x", green: { version: 3.1 } },
    });
    assert.deepEqual(findings.map(({ key }) => key.slice("gateway:".length)).sort(), [
      ...["aws.balancer.clients", "aws.balancer.testers", "aws.metricPeriod", "aws.nodes.cpu"],
      ...["database.password", "drainLimit", "freeze", "green.version", "restoreFrom"],
    ]);
  });
  it("never tells a password", () => {
    const secret = "p4ssw0rd/";
    const given = onAws(awsOf(), { database: { password: secret } });
    assert.doesNotMatch(JSON.stringify(readOnAws(given).findings), new RegExp(secret));
  });
});
