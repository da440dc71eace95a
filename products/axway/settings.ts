import { z } from "zod";

const text = (max = 1_000) =>
  z
    .string()
    .min(1)
    .max(max)
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, "holds a control character");

const file = text().regex(/^\//, "must be an absolute path");
const gigabytes = z.number().min(0).max(1_000_000);

/** A host as the topology names it: the vendor's commands compare it letter by letter. */
const host = text(253).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "is no host name of a topology");

/** A node of the domain. */
const node = z.strictObject({
  /** Its name in the topology. */
  host,
  /** Whether it runs an Admin Node Manager, rather than a Node Manager alone. */
  adminNodeManager: z.boolean().default(false),
  /** Free disk space, in GB, where it is known. */
  diskGb: gigabytes.optional(),
  /** Memory, in GB, where it is known. */
  memoryGb: gigabytes.optional(),
});

/** What both installations use, so that keeping the old one does not keep it. */
const externalData = z.strictObject({
  name: text(200),
  kind: z.enum(["oauth", "kps", "metrics", "activemq"]),
  /** Where its backup lies. */
  backup: text().optional(),
});

/** What the vendor's scripts do not carry over; each is done by hand after them. */
export const carryOver = [
  "services",
  "single-sign-on",
  "node-manager",
  "jvm",
  "quickstart",
  "customised-files",
] as const;

/** What `settings` of a slot of API Gateway may hold. A slot is one installation, on every node of the domain. */
export const settings = z
  .strictObject({
    /** The system that the nodes run on. Default "linux". */
    os: z.enum(["linux", "windows"]).default("linux"),
    /** The installation's own directory on every node: "/opt/Axway-7.7/apigateway". */
    installDir: file.optional(),
    /** The domain's nodes, the Admin Node Managers marked. */
    topology: z
      .array(node)
      .max(100)
      .default([])
      .superRefine((nodes, context) => {
        nodes.forEach(({ host: name }, index) => {
          if (nodes.findIndex((other) => other.host === name) === index) return;
          context.addIssue({ code: "custom", path: [index, "host"], message: "is named twice" });
        });
      }),
    /** The licence file of this installation. */
    licence: file.optional(),
    /** The service pack that is applied to 7.7.0, where the version tells no date: "SP2". */
    servicePack: text(60).optional(),
    /** The Admin Node Manager's host that export and apply are given on every node (`--anm_host`). */
    anmHost: host.optional(),
    /** The Cassandra that the new installation uses (`--cass_host` and the others). Default: that of the node itself. */
    cassandra: z
      .strictObject({
        host: text(253),
        port: z.number().int().min(1).max(65_535).default(9042),
        /** The server's version: "3.11.11". */
        version: text(60)
          .regex(/^\d+(\.\d+)+$/, 'must be a version such as "3.11.11"')
          .optional(),
        username: text(200).optional(),
        password: text().optional(),
      })
      .optional(),
    /** Whether nothing is kept in Cassandra (`--no_cassandra`). Default false. */
    noCassandra: z.boolean().default(false),
    /** KPS collections whose data source is Cassandra, by name. */
    cassandraCollections: z.array(text(200)).max(1_000).default([]),
    /** External databases, and an ActiveMQ directory outside the installation. */
    externalData: z.array(externalData).max(100).default([]),
    /** What is carried over by hand and is taken care of, or is not in use. */
    carriedOver: z.array(z.enum(carryOver)).default([]),
    /** Who the commands log in as at the Admin Node Manager. Without it they ask, and wait for an answer. */
    credentials: z.strictObject({ username: text(200), password: text() }).optional(),
    /** Passphrase of the domain's private key. */
    domainPassphrase: text().optional(),
  })
  .superRefine(({ noCassandra, cassandra }, context) => {
    if (!noCassandra || !cassandra) return;
    context.addIssue({ code: "custom", path: ["noCassandra"], message: "contradicts cassandra" });
  });

/** Settings as a release holds them: without what is secret. A release of before may lack what was added since. */
export type Plain = Partial<Omit<z.output<typeof settings>, "credentials" | "domainPassphrase">>;

export type Node = z.output<typeof node>;

/** Settings of a slot, as the rules read them. */
export function plainOf(slot: { settings: Record<string, unknown> }): Plain {
  return slot.settings;
}

/** Takes credentials, passphrase and Cassandra's password out, as environment of the commands that need them. */
export function splitSecrets({
  credentials,
  domainPassphrase,
  cassandra,
  ...plain
}: Record<string, unknown>) {
  const { username, password } = (credentials ?? {}) as { username?: string; password?: string };
  const { password: cassandraPassword, ...server } = (cassandra ?? {}) as { password?: string };
  const given: [variable: string, value: unknown][] = [
    ["AXWAY_ANM_USERNAME", username],
    ["AXWAY_ANM_PASSWORD", password],
    ["AXWAY_DOMAIN_PASSPHRASE", domainPassphrase],
    ["AXWAY_CASSANDRA_PASSWORD", cassandraPassword],
  ];
  return {
    settings: cassandra === undefined ? plain : { ...plain, cassandra: server },
    secrets: Object.fromEntries(
      given.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  };
}
