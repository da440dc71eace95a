import { z } from "zod";

/** One line of text of a length that anybody meant. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .refine((value) => !/[\u0000-\u001f\u007f]/.test(value), "holds a control character");

/** An address is shown in findings, so that a password has no place in it. */
const jdbcUrl = text(1_000)
  .regex(/^jdbc:[a-z0-9]+:[^\s]+$/, 'is no JDBC URL, such as "jdbc:postgresql://db:5432/jahia_b"')
  .refine(
    (value) => !/(password|passwd|pwd)\s*=|\/\/[^/@]*:[^/@]*@/i.test(value),
    "holds a password: give it in database.password",
  );

const node = z.strictObject({
  /** cluster.node.serverId in jahia.node.properties. */
  serverId: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, "is no cluster.node.serverId"),
  /** processingServer in jahia.node.properties: the node that runs background jobs. Default: false. */
  processing: z.boolean().default(false),
});

/** What `settings` of a slot of Jahia may hold. A slot is a database schema, and the nodes as they stand on it. */
export const settings = z.strictObject({
  cluster: z
    .strictObject({
      /** cluster.activated in jahia.node.properties. Default: false, as it is there. */
      activated: z.boolean().default(false),
      /** In the order in which they cross to this schema. */
      nodes: z.array(node).max(30).default([]),
      /** The serverId of the node on which full read-only mode is switched. Default: the processing node. */
      readOnlyFrom: z.string().max(100).optional(),
    })
    .prefault({}),
  database: z
    .strictObject({
      /** The address of this slot's schema, as the resource jdbc/jahia in META-INF/context.xml has it. */
      url: jdbcUrl.optional(),
      user: text(128).optional(),
      /** Secret. */
      password: text(1_000).optional(),
    })
    .prefault({}),
  /** For nodes that are containers. */
  docker: z
    .strictObject({
      /** DB_URL in the container's environment. */
      dbUrl: jdbcUrl.optional(),
      /** Whether the file "env" in the data folder, written at the first start, is kept or written anew. Default: kept. */
      dataFolderEnv: z.enum(["kept", "rewritten"]).default("kept"),
    })
    .optional(),
  /** What brings a node to this slot's version. Each release comes with a command of its own. */
  migration: z
    .strictObject({
      /** The version that the command leads to: "8.2.3.0". */
      version: text(30),
      /** The command and its arguments. */
      command: z.array(text(1_000)).min(1).max(100),
    })
    .optional(),
  /** Whether each node has a generated-resources folder of its own, or all share one. */
  generatedResources: z.enum(["own", "shared"]).optional(),
  /** Whether the balancer keeps a session on its node. */
  stickySessions: z.boolean().optional(),
  /** Whether long jobs (imports, publications, indexing) are held back while read-only mode is switched on. Default: false. */
  jobsHeld: z.boolean().default(false),
  /** Secret: the token that provisioning and the health check are asked with. */
  apiToken: text(1_000).optional(),
});

export type JahiaSettings = z.output<typeof settings>;

/** The variable that carries the database's password, as the container image names it. */
export const passwordVariable = "DB_PASS";

/** The variable that carries the API token. */
export const apiTokenVariable = "JAHIA_API_TOKEN";

/** Takes the database's password and the API token out, as environment of nodes and tasks. */
export function splitSecrets(given: Record<string, unknown>) {
  const { apiToken, ...rest } = given as Partial<JahiaSettings>;
  const { password, ...database } = rest.database ?? {};
  return {
    settings: rest.database ? { ...rest, database } : rest,
    secrets: {
      ...(password === undefined ? {} : { [passwordVariable]: password }),
      ...(apiToken === undefined ? {} : { [apiTokenVariable]: apiToken }),
    },
  };
}
