import { z } from "zod";
import { port, text } from "../../stacks/config/values";

/** An ARN of a service. */
export const arn = (service: string) =>
  text(2_048).regex(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:.+$`),
    `is no ARN of ${service}`,
  );
const cidr = z.union([z.cidrv4(), z.cidrv6()], 'must be a range of addresses such as "10.0.0.0/16"');
const idOf = (kind: string) =>
  text(60).regex(new RegExp(`^${kind}-[0-9a-f]+$`), `must be an id such as "${kind}-0a1b2c3d"`);

/** An own VPC: two public subnets for the balancer and the nodes, two without a way out for the databases. */
const ownNetwork = z.strictObject({
  cidr: z.cidrv4('must be a range of addresses such as "10.20.0.0/16"'),
  zones: z.array(text(30)).min(2).max(3),
});

/** A VPC that is there. */
const givenNetwork = z.strictObject({
  vpc: idOf("vpc"),
  balancerSubnets: z.array(idOf("subnet")).min(2).max(6).optional(),
  nodeSubnets: z.array(idOf("subnet")).min(1).max(6),
  databaseSubnets: z.array(idOf("subnet")).min(2).max(6),
});

/** The Admin API's own listener, on a balancer of ours. */
const admin = z.strictObject({
  port: port.default(8_001),
  clients: z.array(cidr).min(1).max(50),
  host: text(253).optional(),
});

const balancer = z.strictObject({
  type: z.enum(["application", "network"]).default("application"),
  internal: z.boolean().default(true),
  port: port.optional(),
  certificate: arn("acm").optional(),
  clients: z.array(cidr).max(50).default([]),
  testers: z.array(cidr).max(5).default([]),
  testPort: port.max(65_534).default(8_444),
  listener: arn("elasticloadbalancing").optional(),
  securityGroup: idOf("sg").optional(),
  rule: z
    .strictObject({
      priority: z.number().int().min(3).max(50_000).default(100),
      hosts: z.array(text(128)).max(5).default([]),
      paths: z.array(text(128)).min(1).max(5).default(["/*"]),
    })
    .prefault({}),
  deregistrationDelay: z.number().int().min(0).max(3_600).default(300),
  slowStart: z
    .number()
    .int()
    .min(0)
    .max(900)
    .refine((given) => given === 0 || given >= 30, "must be 0 or from 30 to 900")
    .default(0),
  admin: admin.optional(),
});

const image = text(500);
const cpu = z.number().int().min(256).max(16_384);
const memory = z.number().int().min(512).max(122_880);
// Kong gives what is in flight 10 s to end, and ECS kills after 120 s on Fargate at the latest.
const stopTimeout = z.number().int().min(10).max(120);

const instanceType = text(60);
const rootDevice = text(60).regex(/^\/dev\/[a-z0-9]+$/, 'must be a device such as "/dev/xvda"');

const nodes = z.strictObject({
  compute: z.enum(["fargate", "ec2"]).default("fargate"),
  image: image.default("kong/kong-gateway:{version}"),
  cpu: cpu.default(1_024),
  memory: memory.default(2_048),
  stopTimeout: stopTimeout.default(60),
  instanceType: instanceType.optional(),
  ami: idOf("ami").optional(),
  rootDevice: rootDevice.default("/dev/xvda"),
  upstreams: z.array(cidr).max(50).default([]),
});

const databaseClass = text(60).regex(/^db\./, 'must be an instance class such as "db.m6g.large"');
const storage = z.number().int().min(20).max(65_536);
const multiZone = z.boolean();

const databases = z
  .strictObject({
    engineVersion: z
      .string('must be a version of PostgreSQL in quotes, such as "16.8"')
      .max(20)
      .regex(/^\d+(\.\d+)?$/, 'must be a version of PostgreSQL such as "16.8"'),
    class: databaseClass.default("db.t4g.medium"),
    storage: storage.default(20),
    multiZone: multiZone.default(false),
    kmsKey: arn("kms").optional(),
    parameterGroup: text(255).optional(),
    name: text(63)
      .regex(/^[a-z_][a-z0-9_]*$/, "is no name of a database")
      .default("kong"),
    user: text(63)
      .regex(/^[a-z_][a-z0-9_]*$/, "is no name of a user")
      .default("kong"),
    image: image.optional(),
  })
  // A client reads a server of its own version and of those before it.
  .transform(({ image: given, ...rest }) => ({
    ...rest,
    image: given ?? `public.ecr.aws/docker/library/postgres:${rest.engineVersion.split(".")[0]}`,
  }));

/** `aws` of a slot: what it has of its own. What is left out is the gateway's. */
export const overrides = z.strictObject({
  nodes: z
    .strictObject({
      image: image.optional(),
      cpu: cpu.optional(),
      memory: memory.optional(),
      stopTimeout: stopTimeout.optional(),
      instanceType: instanceType.optional(),
      ami: idOf("ami").optional(),
      rootDevice: rootDevice.optional(),
    })
    .optional(),
  databases: z
    .strictObject({
      class: databaseClass.optional(),
      storage: storage.optional(),
      multiZone: multiZone.optional(),
    })
    .optional(),
});

/** `gateway:aws`. Each key has its meaning, default and unit in docs/aws.md. */
export const awsSchema = z.strictObject({
  region: text(30).regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no region; give one such as "eu-central-1"'),
  name: text(30)
    .regex(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      "must be lower-case letters, digits and single hyphens, a letter first",
    )
    .optional(),
  tags: z.record(text(128), z.string().max(256)).default({}),
  network: z.union(
    [ownNetwork, givenNetwork],
    "must be { cidr, zones } for an own VPC, or { vpc, nodeSubnets, databaseSubnets }",
  ),
  balancer: balancer.prefault({}),
  nodes: nodes.prefault({}),
  databases,
  metricPeriod: z.number().int().min(1).max(300).default(60),
  endpoint: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
});

export type AwsSettings = z.output<typeof awsSchema>;
