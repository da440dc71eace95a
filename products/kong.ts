import { z } from "zod";
import type { Finding } from "./finding";
import type { NodePlace, PathVerdict, Product, Task } from "./product";
import { compareVersions, version } from "./version";

/** Kong's upgrade guide: developer.konghq.com/gateway/upgrade. */
const guide = "https://developer.konghq.com/gateway/upgrade/";

/** Lines of releases in the order in which they follow each other; the guide lists them up to 3.15. */
const lines = [
  "2.8",
  ...["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9"],
  ...["3.10", "3.11", "3.12", "3.13", "3.14", "3.15"],
];

/** Releases with long-term support; a step from one to the next is guaranteed though lines lie between. */
const longTermSupport = ["2.8", "3.4", "3.10", "3.14"];

/** The lines that one guaranteed step leads to: the next minor of the same major, and the next long-term one. */
function stepsFrom(line: string): string[] {
  if (!lines.includes(line)) return [];
  const next = lines[lines.indexOf(line) + 1];
  const sameMajor = next && next.split(".")[0] === line.split(".")[0] ? [next] : [];
  const lts = longTermSupport.includes(line) ? longTermSupport[longTermSupport.indexOf(line) + 1] : undefined;
  return lts && !sameMajor.includes(lts) ? [...sameMajor, lts] : sameMajor;
}

/** The shortest way of guaranteed steps from line to line, without the first; undefined where there is none. */
function shortestWay(from: string, to: string): string[] | undefined {
  const ways = [[from]];
  const seen = new Set([from]);
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way[way.length - 1] as string;
    if (last === to) return way.slice(1);
    for (const next of stepsFrom(last)) {
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

/** Guaranteed: patch to patch, adjacent minors, adjacent long-term releases. */
function path(from: string, to: string): PathVerdict {
  const [old, target] = [version(from), version(to)];
  if (compareVersions(from, to) > 0) {
    return { guaranteed: false, why: `${to} is older than ${from}`, via: [] };
  }
  if (old.line === target.line || stepsFrom(old.line).includes(target.line)) return { guaranteed: true };
  const unknown = [old, target].find(({ line }) => !lines.includes(line));
  if (unknown)
    return { guaranteed: false, why: `Kong ${unknown.text} is not among the releases known here`, via: [] };
  const way = shortestWay(old.line, target.line);
  return {
    guaranteed: false,
    why: `Kong does not guarantee the step from ${from} to ${to}`,
    via: way ? way.slice(0, -1) : [],
  };
}

function review({ from, to, key }: { from?: string; to: string; key: string }): Finding[] {
  if (from === undefined) return [];
  const verdict = path(from, to);
  if (verdict.guaranteed) return [];
  const { line } = version(from);
  const later = ["a later patch of its line", ...stepsFrom(line).map((next) => `${next}.x`)].join(" or ");
  const remedy =
    verdict.via.length > 0
      ? `Upgrade step by step: ${[from, ...verdict.via.map((next) => `${next}.x`), to].join(" → ")}.`
      : `Choose a version that ${from} has a guaranteed path to: ${later}.`;
  return [
    { severity: "error", rule: "kong/version-path", key, wrong: `${verdict.why}.`, remedy, source: guide },
  ];
}

/**
 * `kong migrations list` answers by exit code: 0 up to date, 3 needs bootstrap, 4 pending (`finish`), 5 new (`up`).
 * Losing the lock to another node prints "aborted" and still exits 0, so the answer is read again after each run.
 */
const tasks: Task[] = [
  {
    name: "migrations-up",
    ask: ["kong", "migrations", "list"],
    decide: (exitCode, emptyDatabase) => {
      if (exitCode === 5) return { do: "run", command: ["kong", "migrations", "up"] };
      if (exitCode === 3 && emptyDatabase) return { do: "run", command: ["kong", "migrations", "bootstrap"] };
      if (exitCode === 3) {
        return {
          do: "refuse",
          why: "the database was filled from a snapshot, yet Kong says that it needs bootstrapping",
        };
      }
      if (exitCode === 0 || exitCode === 4) return { do: "skip", why: "the schema is at this version" };
      return { do: "refuse", why: `'kong migrations list' exited with ${exitCode}` };
    },
    proof: [0, 4],
    failureText: ["aborted: another node is performing database changes"],
  },
  {
    name: "migrations-finish",
    ask: ["kong", "migrations", "list"],
    decide: (exitCode) => {
      if (exitCode === 4) return { do: "run", command: ["kong", "migrations", "finish"] };
      // After a migration that failed half-way "pending" hides what is still new; finished, it shows.
      if (exitCode === 5) return { do: "run", command: ["kong", "migrations", "up"] };
      if (exitCode === 0) return { do: "skip", why: "nothing is pending" };
      return {
        do: "refuse",
        why: `'kong migrations list' exited with ${exitCode}, not with 0 (done), 4 (pending) or 5 (new)`,
      };
    },
    proof: [0],
    failureText: ["aborted: another node is performing database changes"],
  },
];

const roles = ["traditional", "control_plane", "data_plane"];

/** Properties of kong.conf that this program sets itself. */
const ownProperties = /^(pg_.*|.*_listen|prefix|role|database)$/;

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

const settings = z.strictObject({
  /** Only "traditional" (database-backed) is built. */
  role: z
    .string()
    .max(60)
    .default("traditional")
    .superRefine((role, context) => {
      if (role === "traditional") return;
      const message = roles.includes(role)
        ? `${role} is not built yet: only "traditional", a database-backed Kong, is`
        : `${JSON.stringify(role)} is no role of Kong; use "traditional"`;
      context.addIssue({ code: "custom", message });
    }),
  /** Further properties of kong.conf, by their names there: `{ log_level: "notice" }`. */
  properties: properties((name) =>
    secretProperties.test(name) ? "is secret: give it in secretProperties" : undefined,
  ),
  /** Those that are secret, such as license_data: kept out of plain state. */
  secretProperties: properties(() => undefined),
});

/** The variable that sets a property of kong.conf. */
function variable(property: string): string {
  return `KONG_${property.toUpperCase()}`;
}

function asEnvironment(given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [variable(name), value]));
}

function environment({ prefix, host, ports, database, settings }: NodePlace): Record<string, string> {
  const listen = Object.entries(ports).map(([name, port]) => [
    `KONG_${name.toUpperCase()}_LISTEN`,
    `${host}:${port}`,
  ]);
  const { role, properties } = settings as { role: string; properties: Record<string, string> };
  return {
    ...Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [`KONG_${name.toUpperCase()}`, value]),
    ),
    ...(Object.fromEntries(listen) as Record<string, string>),
    KONG_PREFIX: prefix,
    KONG_ROLE: role,
    KONG_DATABASE: "postgres",
    KONG_PG_HOST: database.host,
    KONG_PG_PORT: String(database.port),
    KONG_PG_DATABASE: database.name,
    KONG_PG_USER: database.user,
  };
}

export const kong: Product = {
  name: "kong",
  title: "Kong Gateway",
  strategies: ["blue-green"],
  settings,
  splitSecrets: ({ secretProperties = {}, ...plain }) => ({
    settings: plain,
    secrets: asEnvironment(secretProperties as Record<string, string>),
  }),
  program: "kong",
  ports: ["proxy", "admin", "status"],
  environment,
  passwordVariable: "KONG_PG_PASSWORD",
  tasks,
  start: (prefix) => ["kong", "start", "--prefix", prefix],
  quit: (prefix, seconds) => ["kong", "quit", "--prefix", prefix, "--timeout", String(seconds)],
  running: (prefix) => ["kong", "health", "--prefix", prefix],
  log: (prefix) => `${prefix}/logs/error.log`,
  ready: { port: "status", path: "/status/ready" },
  version: { port: "admin", path: "/", field: "version" },
  smokeTests: [
    {
      name: "the node says that it is ready",
      port: "status",
      method: "GET",
      path: "/status/ready",
      headers: {},
      status: [200],
    },
    {
      name: "the proxy answers, be it that no route matches",
      port: "proxy",
      method: "GET",
      path: "/",
      headers: {},
      // Any answer of the gateway itself or of the service behind "/": only a broken gateway answers 5xx here.
      status: [200, 201, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 426, 429],
    },
  ],
  path,
  review,
};
