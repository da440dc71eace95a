import { z } from "zod";
import { parseVersion } from "../../products/version";
import { awsSchema } from "../../components/aws/settings";
import { hasHiddenCharacters } from "./plain-text";

/** Text that goes into files and environments: one line, of a length that anybody meant. */
const text = (most = 1_000) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !hasHiddenCharacters(value), "holds a control character");

/** The commonest slip: YAML reads an unquoted 3.10 as the number 3.1. */
const versionText = z.any().superRefine((value: unknown, context) => {
  const issue = (message: string) => context.addIssue({ code: "custom", message });
  if (typeof value === "number") {
    return issue(
      `is the number ${value}, not a version: quote it ("3.10.0"), since an unquoted 3.10 is the number 3.1`,
    );
  }
  if (typeof value !== "string") return issue('must be a version in quotes, such as "3.10.0"');
  if (!parseVersion(value)) {
    return issue(
      `${quoted(value)} is no version: give three or four numbers, such as "3.10.0" or "3.10.0.11"`,
    );
  }
}) as unknown as z.ZodType<string>;

/** A value as a message shows it: cut, so that a message stays one. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

const seconds = z.number().int().min(1).max(86_400);
const port = z.number().int().min(1).max(65_535);
const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).max(1_000);
const host = text(253).regex(/^[A-Za-z0-9.:[\]_-]+$/, "is no host name or address");

const password = text().describe("secret");

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

const slot = z.strictObject({
  version: versionText,
  nodes: z.number().int().min(1).max(30).default(1),
  settings: z.record(z.string(), z.unknown()).default({}),
  generation: z.number().int().min(1).max(9_999).default(1),
  existing: existing.optional(),
  database: z.strictObject({ password: password.optional() }).optional(),
});

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
  blue: slot.optional(),
  green: slot.optional(),
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
  drainLimit: seconds.default(60),
  timeouts: z
    .strictObject({
      snapshot: seconds.default(600),
      database: seconds.default(600),
      migration: seconds.default(600),
      start: seconds.default(60),
      stop: seconds.default(30),
      weights: seconds.default(30),
      lock: seconds.default(120),
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

export type Config = z.output<typeof schema>;
export type SlotConfig = z.output<typeof slot>;

/** Keys of the plan that nothing acts on yet: refused by name, so that nobody relies on one in vain. */
export const plannedKeys = ["hosts", "balancer", "kubernetes"];
