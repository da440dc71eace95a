import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Operation } from "../../products/operation";
import type { OwnTables } from "../../products/configuration";
import type { CutoverReport } from "../../products/freeze";
import { holderOf, sharesDatabase, slotNames, slotsOf } from "../../products/release";
import type { TrafficReport } from "../../products/record";
import { configurationReader } from "../configuration-reader";
import { unhealthyNodes } from "../health";
import type { Platform, Timeouts } from "../platform";
import { contextsOf, type SlotContext } from "../slot-context";
import { addressing } from "./addressing";
import { parse } from "../command";
import { localCommand } from "./command";
import { localDatabases } from "./databases";
import { dataPieces, ownsDatabase } from "./data";
import type { BalancerSettings } from "./haproxy/process";
import { readLives, readLiveTraffic, waitForOthers } from "./live";
import { listSnapshots, readManifest } from "./postgres/snapshot";
import type { SlotDatabase } from "./postgres/slot-access";

/** Where the embedded platform runs a gateway. */
export interface LocalPlatformArgs {
  product: Operation;
  /** Directory of everything, relative to the project. */
  directory: string;
  /** The first port; the gateway's own. */
  port: number;
  /** Directory of the product's programs, `{version}` standing for the version; "" for the sandbox's twin. */
  programs: string;
  timeouts: Timeouts;
  /** In seconds. */
  drainLimit: number;
  /** What tables of custom plugins hold. */
  ownTables: OwnTables;
}

/** The embedded platform: PostgreSQL, HAProxy and the gateway's processes on loopback, each started by a command. */
export function localPlatform({
  product,
  directory,
  port,
  programs,
  timeouts,
  drainLimit,
  ownTables,
}: LocalPlatformArgs): Platform {
  const lockLimit = timeouts.lock;
  const common = { directory, lockLimit };

  const { ports, portsOfNode, nodesOf, databaseOf, adminApi, addresses, probesOf } = addressing(
    product,
    port,
  );
  const readFrom = (context: SlotContext): SlotDatabase => ({
    ...databaseOf(context),
    embedded: ownsDatabase(context),
    slot: context.name,
  });
  const identity = ({ slot, life }: SlotContext) => ({ product: product.name, version: slot.version, life });

  return {
    product,
    holds: true,
    testedPorts: product.ports,
    live: {
      traffic: (release) => readLiveTraffic(directory, release, addresses(release)),
      health: (context) => unhealthyNodes(product, context.slot.version, probesOf(context)),
      probes: (context) =>
        Promise.resolve(
          Object.fromEntries(Object.entries(probesOf(context)).map(([node, at]) => [node, { at }])),
        ),
      lives: () => readLives(directory),
      snapshots: () => listSnapshots(directory),
      snapshotAt: (location) => readManifest(path.resolve(location)).catch(() => undefined),
      ...(product.configuration
        ? {
            configuration: configurationReader(
              product.configuration,
              ownTables,
              localDatabases(directory, readFrom),
            ),
          }
        : {}),
      othersEnded: (say) => waitForOthers(directory, lockLimit, say),
    },

    credentials: (name, secrets, options) =>
      localCommand(
        name,
        {
          piece: "credentials",
          create: "write",
          update: { run: "write" },
          remove: "remove",
          input: { ...common },
          stdin: pulumi.secret(pulumi.jsonStringify(secrets)),
        },
        options,
      ),

    foundation: (release, options) => {
      const adminApis = Object.fromEntries(slotNames.map((name) => [name, adminApi(name, undefined)]));
      const settings = { ports, readyPath: product.ready.path, adminApis } as BalancerSettings;
      const balancer = localCommand(
        "balancer",
        {
          piece: "balancer",
          create: "start",
          update: "record",
          remove: "stop",
          input: { ...common, settings },
        },
        options,
      );
      // A database that config gives has a server of its own: a destroy takes nothing of it along.
      if (sharesDatabase(release)) return [balancer];
      const postgres = localCommand(
        "postgres",
        {
          piece: "postgres",
          create: "start",
          update: "record",
          remove: "stop",
          input: { ...common, port: ports.postgres },
        },
        options,
      );
      return [postgres, balancer];
    },

    reserve: (name, context, options) =>
      localCommand(
        name,
        {
          piece: "sweep",
          create: "nothing",
          update: "record",
          remove: "sweep",
          input: {
            ...common,
            ...identity(context),
            port: ports.postgres,
            database: databaseOf(context).name,
            isOwn: ownsDatabase(context),
            nodes: nodesOf(context),
            drainLimit,
            ownTables,
            snapshotLimit: timeouts.snapshot,
            stopLimit: timeouts.stop,
          },
        },
        options,
      ),

    freeze: (name, slots, options) =>
      localCommand(
        name,
        {
          piece: "admin-way",
          create: "close",
          update: "record",
          remove: "open",
          input: { ...common, ...slots },
        },
        options,
      ),

    ...dataPieces({
      product,
      programs,
      timeouts,
      drainLimit,
      common,
      identity,
      ports,
      databaseOf,
      readFrom,
      ownTables,
    }),

    nodes: (_, context, options) =>
      nodesOf(context).map((node, index) => {
        const own = portsOfNode(context.name, index + 1);
        const database = databaseOf(context);
        const { settings } = context.slot;
        const command = localCommand(
          node,
          {
            piece: "node",
            create: "start",
            update: "record",
            remove: "remove",
            input: {
              ...common,
              ...identity(context),
              node,
              programs,
              ports: own,
              database,
              settings,
              slot: context.name,
              startLimit: timeouts.start,
              stopLimit: timeouts.stop,
              drainLimit,
            },
            triggers: [context.life, own, settings],
          },
          // Its ports are fixed, so the old one goes first; the rules let that happen at weight 0 only.
          { ...options, deleteBeforeReplace: true },
        );
        return { resource: command, output: command.stdout };
      }),

    apply: (name, context, files, options) =>
      localCommand(
        name,
        {
          piece: "apply",
          create: "run",
          update: "record",
          input: {
            ...common,
            product: product.name,
            life: context.life,
            files,
            database: readFrom(context),
            ownTables,
            adminApi: Object.values(probesOf(context))[0]?.("admin") ?? "",
          },
        },
        options,
      ),

    smokeTest: (name, context, { checks, limits, nodes }, options) => {
      const urls = Object.entries(probesOf(context)).map(([node, at]) => [
        node,
        Object.fromEntries(product.ports.map((wanted) => [wanted, at(wanted)])),
      ]);
      return localCommand(
        name,
        {
          piece: "smoke-test",
          create: "run",
          update: "record",
          input: { nodes: Object.fromEntries(urls), checks, ...limits },
          triggers: [context.life, context.slot.settings, ...nodes],
        },
        options,
      );
    },

    hold: (name, options) =>
      localCommand(
        name,
        { piece: "weights", create: "nothing", update: "record", remove: "zero", input: { ...common } },
        options,
      ),

    weights: (name, release, reconcile, options) => {
      const adminApis = Object.fromEntries(
        slotsOf(release).map(({ name, slot }) => [name, adminApi(name, slot)]),
      );
      const command = localCommand(
        name,
        {
          piece: "weights",
          create: "write",
          update: { run: "write" },
          input: {
            ...common,
            weightBlue: release.weights.blue,
            weightGreen: release.weights.green,
            release,
            addresses: addresses(release),
            adminApis,
            weightsLimit: timeouts.weights,
          },
          fed: { reconcile: reconcile ?? "" },
          ignored: reconcile === undefined ? ["reconcile"] : [],
        },
        options,
      );
      return parse<TrafficReport>(command);
    },

    drain: (name, slots, mark, options) =>
      localCommand(
        name,
        {
          piece: "drain",
          create: "wait",
          update: { run: "wait" },
          input: { directory, slots, drainLimit },
          fed: { mark },
        },
        options,
      ),

    cutover: (name, release, freeze, options) => {
      const [older, newer] = contextsOf(release).map((context) => ({
        life: context.life,
        database: readFrom(context),
      }));
      const command = localCommand(
        name,
        {
          piece: "admin-way",
          create: "set",
          update: { run: "set" },
          input: {
            ...common,
            product: product.name,
            ownTables,
            freeze,
            shared: sharesDatabase(release),
            holder: holderOf(release.weights) ?? "none",
            older: release.older,
            newer: release.newer ?? "",
            slots: older && newer ? { older, newer } : null,
          },
        },
        options,
      );
      return parse<CutoverReport>(command);
    },
  };
}
