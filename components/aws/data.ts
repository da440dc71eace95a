import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../../products/release";
import { parse } from "../command";
import type { Platform } from "../platform";
import { type Build, groundOf, momentOf } from "./build";
import { cleared } from "./cleared";
import { clearDatabase, mintMoment } from "./clear-way";
import { awsCommand } from "./command";
import { tasksDefinition } from "./containers";
import { databaseInstance } from "./database";
import { instanceOf } from "./live/databases";
import { slotTest } from "./slot-test";

/** The pieces that touch a slot's data: its place, its snapshot, its database, the tasks on it. */
export function dataPieces(
  build: Build,
): Pick<Platform, "reserve" | "snapshot" | "database" | "task" | "destructiveTask"> {
  const { product, settings, timeouts, ownTables, names, tags, make, way, common, made } = build;

  return {
    reserve: (name, context, options) => {
      const { life, slot } = context;
      const command = awsCommand(
        name,
        {
          piece: "sweep",
          create: "moment",
          update: "record",
          remove: "sweep",
          input: {
            ...common,
            life,
            isExisting: slot.existing !== undefined,
            stopLimit: timeouts.stop + settings.balancer.deregistrationDelay,
            databaseLimit: timeouts.database,
          },
        },
        options,
      );
      made.moments[life] = parse<{ moment: string }>(command).apply(({ moment }) => moment);
      if (slot.existing?.targetGroup !== undefined) {
        made.groups[context.name] = slot.existing.targetGroup;
        slotTest(build, context.name, slot.existing.targetGroup, { parent: options.parent });
      }
      return command;
    },

    snapshot: (name, { of, filling }, options) => {
      const command = awsCommand(
        name,
        {
          piece: "snapshot",
          create: "take",
          update: "record",
          input: {
            ...common,
            reason: name,
            of: of.life,
            version: of.slot.version,
            instance: instanceOf(names, of),
            tags: settings.tags,
            snapshotLimit: timeouts.snapshot,
          },
          fed: { moment: momentOf(build, filling) },
        },
        { ...options, retainOnDelete: true },
      );
      return parse<{ location: string }>(command).apply(({ location }) => location);
    },

    database: (name, context, fillFrom, options) => {
      const { subnetGroup, base, containers, place, statements } = groundOf(build);
      const { life } = context;
      const password = (made.secrets ?? pulumi.output<Secrets>({})).apply(
        (values) => values[context.name]?.password ?? "",
      );
      const instance = databaseInstance(
        name,
        {
          ...{ context, fillFrom, subnetGroup, password, names, tags, make },
          product: product.name,
          finalSnapshot: pulumi.interpolate`${names.snapshot(`last-${life}`)}-${momentOf(build, context)}`,
          securityGroup: base.network.groups.databases,
          limit: timeouts.database,
        },
        cleared(name, () => clearDatabase(way, life, mintMoment()), options),
      );
      const address = pulumi.all([instance.address, instance.port]).apply(([host, port]) => ({ host, port }));
      made.databases[life] = address;
      const container = { product, context, database: address };
      made.taskDefinitions[life] = tasksDefinition(containers, container, options).arn;
      const prepared = awsCommand(
        `${name}-read`,
        {
          piece: "database",
          create: "prepare",
          update: "record",
          input: { ...common, life, ownTables, databaseLimit: timeouts.database },
          fed: {
            place,
            definition: statements[context.name] ?? "",
            address: pulumi.jsonStringify(address),
            filledFrom: instance.snapshotIdentifier.apply((location) => location ?? ""),
          },
        },
        options,
      );
      return parse<{ filledFrom: string }>(prepared).apply(({ filledFrom }) => filledFrom);
    },

    task: (name, context, task, filledFrom, options) =>
      awsCommand(
        name,
        {
          piece: "task",
          create: "run",
          update: "record",
          input: { ...common, task: task.name, migrationLimit: timeouts.migration },
          fed: {
            place: groundOf(build).place,
            definition: made.taskDefinitions[context.life] ?? "",
            filledFrom,
          },
        },
        options,
      ),

    destructiveTask: () => {
      throw new Error("a database that slots share is not built yet on aws");
    },
  };
}
