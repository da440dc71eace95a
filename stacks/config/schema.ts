import { z } from "zod";
import { awsSchema } from "../../components/aws/settings";
import { slotElsewhere, slotOnAws } from "./slot-schema";
import { host, password, port, seconds, text, versionText } from "./values";

/** A database that somebody made for the gateway; without its address, what the slots' own databases have in common. */
const database = z
  .strictObject({
    host: host.optional(),
    port: port.optional(),
    name: text(63).optional(),
    user: text(63).optional(),
    password: password.optional(),
  })
  .superRefine((given, context) => {
    if ([given.host, given.port, given.name, given.user].every((part) => part === undefined)) return;
    for (const key of ["host", "name", "user"] as const) {
      if (given[key] === undefined) context.addIssue({ code: "custom", path: [key], message: "is missing" });
    }
  });

const weight = z.number().int().min(0).max(100);

const smokeCheck = z.strictObject({
  name: text(200).optional(),
  port: z.enum(["proxy", "admin", "status"]).default("proxy"),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).default("GET"),
  path: text().regex(/^\//, "must start with /").default("/"),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "is no header name"), text(8_000))
    .default({}),
  requestBody: z.string().max(100_000).optional(),
  status: z
    .union([z.number().int().min(100).max(599), z.array(z.number().int().min(100).max(599)).min(1)])
    .default(200)
    .transform((status) => [status].flat()),
  bodyContains: z.string().max(10_000).optional(),
  latencyMs: z.number().int().min(1).max(600_000).optional(),
});

/** An id, as findings and breaking changes have it: "kong/3.14/tls-certificate-verify". */
const acknowledgedId = text(200).regex(
  /^[a-z0-9][a-z0-9./_-]*$/,
  "is no id of a finding or a breaking change",
);

const acknowledgement = z.union(
  [acknowledgedId, z.strictObject({ id: acknowledgedId, apply: text() })],
  'must be an id, or { id, apply: "FILE" }',
);

const customPlugin = z.strictObject({
  name: text(100).regex(/^[A-Za-z0-9_-]+$/, "is no name of a plugin"),
  version: text(60),
  tested: z.strictObject({ where: text(), with: versionText }).optional(),
  tables: z
    .record(
      text(63).regex(/^[a-z_][a-z0-9_]*$/, "is no name of a table"),
      z.enum(["configuration", "run-time", "counter", "internal"]),
    )
    .default({}),
});

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be an hour such as "22:00"');

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const window = z.strictObject({
  days: z
    .array(z.enum(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]))
    .min(1)
    .max(7),
  from: hour,
  to: hour,
  timeZone: text(60).refine(isTimeZone, 'is no time zone; give a name such as "Europe/Berlin"'),
});

const controlPlane = z.strictObject({
  version: versionText,
  settings: z.record(z.string(), z.unknown()).default({}),
});

/** The keys of `gateway:` in a stack's config. Each has its meaning, default and unit in Pulumi.yaml. */
export const schema = z.strictObject({
  product: text(60),
  platform: text(60).default("local"),
  strategy: text(60).optional(),
  blue: slotElsewhere.optional(),
  green: slotElsewhere.optional(),
  traffic: z.strictObject({ blue: weight.optional(), green: weight.optional() }).optional(),
  source: z.enum(["blue", "green"]).optional(),
  restoreFrom: text().optional(),
  smokeTests: z
    .strictObject({
      checks: z.array(smokeCheck).min(1).max(100).optional(),
      consecutive: z.number().int().min(1).max(1_000).default(3),
      deadline: seconds.default(60),
    })
    .prefault({}),
  controlPlane: controlPlane.optional(),
  freeze: z.enum(["hold", "detect"]).optional(),
  acknowledge: z.array(acknowledgement).max(1_000).default([]),
  customPlugins: z.array(customPlugin).max(1_000).default([]),
  acceptDowntime: text().optional(),
  window: window.optional(),
  windowOverride: text().optional(),
  promotedFrom: text(300).optional(),
  production: z.boolean().default(false),
  // What is left out follows from the platform: stacks/config/limits.ts.
  drainLimit: seconds.optional(),
  timeouts: z
    .strictObject({
      snapshot: seconds.optional(),
      database: seconds.optional(),
      migration: seconds.optional(),
      start: seconds.optional(),
      stop: seconds.optional(),
      weights: seconds.optional(),
      lock: seconds.optional(),
    })
    .prefault({}),
  database: database.prefault({}),
  aws: awsSchema.optional(),
  local: z
    .strictObject({
      directory: text().optional(),
      port: z.number().int().min(1_024).max(65_000).default(8_000),
      programs: text().optional(),
    })
    .prefault({}),
});

/** The same where slots lie on AWS: what an existing gateway is told by is something else there. */
const schemaOnAws = schema.extend({ blue: slotOnAws.optional(), green: slotOnAws.optional() });

type Read = z.output<typeof schema>;
export type SlotConfig = z.output<typeof slotElsewhere> | z.output<typeof slotOnAws>;
export type Config = Omit<Read, "blue" | "green"> & { blue?: SlotConfig; green?: SlotConfig };

/** The keys that there are on a platform, as it stands in the config; what is no platform is looked at as any other. */
export function schemaOn(platform: unknown): z.ZodType<Config> {
  return platform === "aws" ? schemaOnAws : schema;
}

/** Keys of the plan that nothing acts on yet: refused by name, so that nobody relies on one in vain. */
export const plannedKeys = ["hosts", "balancer", "kubernetes"];
