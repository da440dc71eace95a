import { chmod, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { type Access, withClient } from "../../components/local/postgres/client";
import { postgresProgram, serverUser } from "../../components/local/postgres/programs";
import { mustRun } from "../../components/local/run-program";
import { changePassword, makeMasterUser } from "./postgres/master-user";
import { type Server, startServer } from "./postgres/server";
import { administrator, makeTemplate, type Template } from "./postgres/template";

/** What CreateDBInstance is given. */
export interface MasterUser {
  database: string;
  user: string;
  password: string;
}

/** Where an instance is reached: its endpoint. */
export interface Endpoint {
  host: string;
  port: number;
}

/** Real PostgreSQL clusters, one per RDS instance, each on a loopback address of its own, port 5432 where that is free. */
export interface Databases {
  /** Makes an instance; it accepts connections. Throws when there is one of that id. */
  create(id: string, options: MasterUser): Promise<Endpoint>;
  /** A physical copy of the whole volume, taken while the instance serves: it is as the instance was when this resolves. */
  snapshot(id: string, snapshot: string): Promise<void>;
  /** A new instance with a snapshot's data, user and password. */
  restore(snapshot: string, id: string): Promise<Endpoint>;
  /** Gives the master user another password. Snapshots that were taken keep the old one. */
  setPassword(id: string, password: string): Promise<void>;
  /** Takes an instance and its volume away; its snapshots stay. */
  drop(id: string): Promise<void>;
  /** Takes a snapshot away. Instances that were restored from it stay. */
  dropSnapshot(snapshot: string): Promise<void>;
  /** Ends every instance and takes all files away. */
  stop(): Promise<void>;
}

interface Instance {
  server: Server;
  user: string;
  data: string;
}

interface Volume {
  user: string;
  data: string;
}

/**
 * Makes the first cluster, of which the instances are copies, in a new folder `rds` of the directory. With `tlsOnly` (default:
 * false) the instances refuse plain connections, as RDS does from PostgreSQL 15 on (`rds.force_ssl`).
 */
export async function startDatabases(
  directory: string,
  { tlsOnly = false }: { tlsOnly?: boolean } = {},
): Promise<Databases> {
  const root = path.join(path.resolve(directory), "rds");
  const folder = (kind: "instances" | "snapshots", name: string) =>
    path.join(root, `${kind}-${encodeURIComponent(name)}`);
  await mkdir(directory, { recursive: true });
  // PostgreSQL runs as another user when we are root: it has to get through to what is its own.
  if (await serverUser()) await chmod(directory, (await stat(directory)).mode | 0o111);
  const template = await makeTemplate(root, tlsOnly);
  const instances = new Map<string, Instance>();
  const snapshots = new Map<string, Volume>();
  const taken = new Set<string>();
  let made = 0;

  const instanceOf = (id: string) => known(instances, id, "instance");

  /** Starts a copy of a volume as a new instance. */
  const launch = async (id: string, volume: Volume, prepare?: (server: Server) => Promise<void>) => {
    // A name that was dropped may come again while its files are still being removed.
    const data = `${folder("instances", id)}-${(made += 1)}`;
    reserve(taken, `instance ${id}`);
    try {
      await copyVolume(volume.data, data);
      const server = await startServer(data);
      instances.set(id, { server, user: volume.user, data });
      await prepare?.(server);
      return { host: server.host, port: server.port };
    } catch (error) {
      await discard(id, data);
      throw error;
    }
  };

  const discard = async (id: string, data: string) => {
    await instances.get(id)?.server.stop();
    instances.delete(id);
    taken.delete(`instance ${id}`);
    await rm(data, { recursive: true, force: true });
  };

  return {
    create: (id, options) =>
      launch(id, { user: options.user, data: template.data }, (server) =>
        withClient(administratorOf(server, template), (client) => makeMasterUser(client, options)),
      ),
    restore: async (snapshot, id) => launch(id, known(snapshots, snapshot, "snapshot")),
    async snapshot(id, snapshot) {
      const { server, user } = instanceOf(id);
      const data = folder("snapshots", snapshot);
      reserve(taken, `snapshot ${snapshot}`);
      try {
        await backUp(administratorOf(server, template), `${data}.partial`);
        await rename(`${data}.partial`, data);
        snapshots.set(snapshot, { user, data });
      } catch (error) {
        taken.delete(`snapshot ${snapshot}`);
        await rm(`${data}.partial`, { recursive: true, force: true });
        throw error;
      }
    },
    async setPassword(id, password) {
      const { server, user } = instanceOf(id);
      await withClient(administratorOf(server, template), (client) => changePassword(client, user, password));
    },
    drop: async (id) => discard(id, instanceOf(id).data),
    async dropSnapshot(snapshot) {
      const { data } = known(snapshots, snapshot, "snapshot");
      snapshots.delete(snapshot);
      taken.delete(`snapshot ${snapshot}`);
      await rm(data, { recursive: true, force: true });
    },
    async stop() {
      await Promise.all([...instances.values()].map(({ server }) => server.stop()));
      instances.clear();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function known<T>(of: Map<string, T>, name: string, kind: string): T {
  const found = of.get(name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** A name is taken from the first moment on: what is being made counts. */
function reserve(taken: Set<string>, name: string): void {
  if (taken.has(name)) throw new Error(`${name} is already there`);
  taken.add(name);
}

function administratorOf({ host, port }: Server, { password }: Template): Access {
  return { host, port, user: administrator, password, database: "postgres" };
}

async function copyVolume(from: string, to: string): Promise<void> {
  await mustRun("cp", ["-a", from, to], { as: await serverUser(), cwd: "/" });
}

/** The copy carries the log that makes it consistent; its first start replays that. */
async function backUp({ host, port, user, password }: Access, to: string): Promise<void> {
  await mustRun(
    postgresProgram("pg_basebackup"),
    ["-D", to, "--checkpoint=fast", "--wal-method=fetch", "--no-sync", "--no-manifest", "--no-password"],
    {
      environment: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
      as: await serverUser(),
      cwd: "/",
    },
  );
}
