import type { NodePlace, Operation, Task } from "../operation";
import { configuration } from "./tables";
import { variable } from "./variable";

/** Migrating it as it is would be an upgrade without a snapshot, under whatever gateway is on it. */
const inUse =
  "gateway:database has the schema of another release, or an upgrade of it is under way. Give the slot the version that " +
  "the database is at and add the one that you want beside it; where a bootstrap failed half-way, empty the database";

/**
 * `kong migrations list` answers by exit code: 0 up to date, 3 needs bootstrap, 4 pending (`finish`), 5 new (`up`).
 * Losing the lock to another node prints "aborted" and still exits 0, so the answer is read again after each run.
 */
const tasks: Task[] = [
  {
    name: "migrations-up",
    ask: ["kong", "migrations", "list"],
    decide: (exitCode, origin) => {
      if (origin === "given" && (exitCode === 4 || exitCode === 5)) return { do: "refuse", why: inUse };
      if (exitCode === 5) return { do: "run", command: ["kong", "migrations", "up"] };
      if (exitCode === 3 && origin !== "filled")
        return { do: "run", command: ["kong", "migrations", "bootstrap"] };
      if (exitCode === 3) {
        return {
          do: "refuse",
          why: "the older slot's configuration should be in the database, yet Kong says that it needs bootstrapping",
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
    destructive: true,
  },
];

function environment({ prefix, host, ports, database, settings }: NodePlace): Record<string, string> {
  const listen = Object.entries(ports).map(([name, port]) => [
    `KONG_${name.toUpperCase()}_LISTEN`,
    `${host}:${port}`,
  ]);
  const { role, properties } = settings as { role: string; properties: Record<string, string> };
  return {
    ...(database.encrypted ? { KONG_PG_SSL: "on" } : {}),
    ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [variable(name), value])),
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

/** How Kong is run. Its commands load this and none of its rules: their start is part of every update. */
export const operation: Operation = {
  name: "kong",
  title: "Kong Gateway",
  program: "kong",
  ports: ["proxy", "admin", "status"],
  environment,
  passwordVariable: "KONG_PG_PASSWORD",
  tasks,
  imagePrefix: "/usr/local/kong",
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
  configuration,
};
