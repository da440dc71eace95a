import { z } from "zod";
import { variable } from "./variable";

/** Roles of a node: a database-backed one alone, or the two of hybrid mode. */
const roles = ["traditional", "control_plane", "data_plane"] as const;

/** Properties of kong.conf that this program sets itself: where the database is, not how it is talked to. */
const ownProperties =
  /^(pg_(?!ssl|(semaphore_|keepalive_)?timeout$|pool_size$|backlog$|max_concurrent_queries$).*|.*_listen|prefix|role|database)$/;

/** Properties whose value is a secret by its nature. */
const secretProperties = /license_data|password|passphrase|secret|token|_key$/;

function properties(refuse: (name: string) => string | undefined) {
  return z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, "is no name of a property of kong.conf"),
      z
        .string()
        .max(10_000)
        .regex(/^[^\0]*$/, "holds a null character"),
    )
    .default({})
    .superRefine((given, context) => {
      for (const name of Object.keys(given)) {
        const message = ownProperties.test(name)
          ? "is set by the platform and cannot be given"
          : refuse(name);
        if (message) context.addIssue({ code: "custom", path: [name], message });
      }
    });
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? "nothing";
}

/** Properties that may lie in plain state. */
const plainProperties = properties((name) =>
  secretProperties.test(name) ? "is secret: give it in secretProperties" : undefined,
);

/** What `settings` of a slot of Kong may hold. */
export const settings = z.strictObject({
  role: z
    .enum(roles, {
      error: ({ input }) => `${shown(input)} is no role of Kong; use one of: ${roles.join(", ")}`,
    })
    .default("traditional")
    .describe('Only "traditional", a database-backed node, is built; the rules know all three.'),
  properties: plainProperties.describe(
    'Further properties of kong.conf, by their names there: { log_level: "notice" }.',
  ),
  secretProperties: properties(() => undefined).describe(
    "Those that are secret, such as license_data: kept out of plain state.",
  ),
});

/** What `settings` of `gateway:controlPlane` may hold: that of hybrid mode, whose data planes the slots are. */
export const controlPlane = z.strictObject({
  properties: plainProperties.describe("Properties of the control plane's kong.conf, by their names there."),
});

function asEnvironment(given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [variable(name), value]));
}

/** Takes the secret properties out, as environment of nodes and tasks. */
export function splitSecrets({ secretProperties = {}, ...plain }: Record<string, unknown>) {
  return { settings: plain, secrets: asEnvironment(secretProperties as Record<string, string>) };
}

/** Only database-backed Kong is carried out. */
export function notBuilt({ role }: Record<string, unknown>): { key: string; why: string }[] {
  if (role === "traditional") return [];
  return [
    { key: "role", why: `${String(role)} is not built yet: only "traditional", a database-backed Kong, is` },
  ];
}
