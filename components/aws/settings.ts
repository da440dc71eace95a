import { z } from "zod";
import { hasHiddenCharacters } from "../../stacks/config/plain-text";

const text = (most = 1_000) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !hasHiddenCharacters(value), "holds a control character");

const arn = (service: string) =>
  text(2_048).regex(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:.+$`),
    `is no ARN of ${service}`,
  );
const cidr = z.union([z.cidrv4(), z.cidrv6()], 'must be a range of addresses such as "10.0.0.0/16"');
const idOf = (kind: string) =>
  text(60).regex(new RegExp(`^${kind}-[0-9a-f]+$`), `must be an id such as "${kind}-0a1b2c3d"`);
const port = z.number().int().min(1).max(65_535);

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
  testPort: port.default(8_444),
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
  slowStart: z.number().int().min(0).max(900).default(0),
  admin: admin.optional(),
});

const nodes = z.strictObject({
  compute: z.enum(["fargate", "ec2"]).default("fargate"),
  image: text(500).default("kong/kong-gateway:{version}"),
  cpu: z.number().int().min(256).max(16_384).default(1_024),
  memory: z.number().int().min(512).max(122_880).default(2_048),
  stopTimeout: z.number().int().min(2).max(120).default(60),
  instanceType: text(60).optional(),
  ami: idOf("ami").optional(),
  upstreams: z.array(cidr).max(50).default([]),
});

const databases = z.strictObject({
  engineVersion: text(20).regex(/^\d+(\.\d+)?$/, 'must be a version of PostgreSQL such as "16.8"'),
  class: text(60).regex(/^db\./, 'must be an instance class such as "db.m6g.large"').default("db.t4g.medium"),
  storage: z.number().int().min(20).max(65_536).default(20),
  multiZone: z.boolean().default(false),
  kmsKey: arn("kms").optional(),
  parameterGroup: text(255).optional(),
  name: text(63)
    .regex(/^[a-z_][a-z0-9_]*$/, "is no name of a database")
    .default("kong"),
  user: text(63)
    .regex(/^[a-z_][a-z0-9_]*$/, "is no name of a user")
    .default("kong"),
  image: text(500).default("public.ecr.aws/docker/library/postgres:16"),
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
