import { z } from "zod";
import { arn, overrides } from "../../components/aws/settings";
import { host, password, port, text, url, versionText } from "./values";

const nodes = z.number().int().min(1).max(30);

/** What a slot has on every platform. */
const common = {
  version: versionText,
  settings: z.record(z.string(), z.unknown()).default({}),
  generation: z.number().int().min(1).max(9_999).default(1),
  database: z.strictObject({ password: password.optional() }).optional(),
};

const existing = z.strictObject({
  addresses: z
    .array(text(260).regex(/^[A-Za-z0-9.[\]_-]+:\d{1,5}$/, 'must be "host:port"'))
    .min(1)
    .max(30),
  adminApi: url,
  statusApi: url,
  database: z.strictObject({
    host,
    port: port.default(5432),
    name: text(63),
    user: text(63),
    password: password.optional(),
  }),
});

/** A slot on every platform but AWS. */
export const slotElsewhere = z.strictObject({
  ...common,
  nodes: nodes.default(1),
  existing: existing.optional(),
});

const existingOnAws = z.strictObject({
  targetGroup: arn("elasticloadbalancing").regex(/:targetgroup\//, "is no ARN of a target group"),
  database: z.strictObject({
    instance: text(63).regex(
      /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/,
      "is no identifier of a database instance",
    ),
    name: text(63),
    user: text(63),
    password: password.optional(),
  }),
});

/** A slot on AWS: somebody else's gateway is a target group and an instance there, and each slot may be of a size of its own. */
export const slotOnAws = z
  .strictObject({
    ...common,
    nodes: nodes.optional(),
    existing: existingOnAws.optional(),
    aws: overrides.optional(),
  })
  .superRefine(({ existing: given, nodes: count }, context) => {
    // A default would let a smaller slot take over: nothing else says how many targets the group has.
    if (!given || count !== undefined) return;
    context.addIssue({
      code: "custom",
      path: ["nodes"],
      message: "is missing; an existing gateway's are the targets of its group",
    });
  })
  .transform(({ nodes: count = 1, ...slot }) => ({ ...slot, nodes: count }));
