import type { OwnTables } from "../../products/configuration";
import type { DatabaseAddress, Operation, Task } from "../../products/operation";
import type { Platform, Timeouts } from "../platform";
import type { SlotContext } from "../slot-context";
import { givenTo } from "./addressing";
import { parse } from "../command";
import { localCommand } from "./command";
import type { portsOf } from "./layout";
import type { SlotDatabase } from "./postgres/slot-access";

/** What the pieces that hold data are given of the platform. */
interface DataPiecesArgs {
  product: Operation;
  programs: string;
  timeouts: Timeouts;
  /** In seconds. */
  drainLimit: number;
  common: { directory: string; lockLimit: number };
  identity: (context: SlotContext) => { product: string; version: string; life: string };
  ports: ReturnType<typeof portsOf>;
  databaseOf: (context: SlotContext) => DatabaseAddress;
  readFrom: (context: SlotContext) => SlotDatabase;
  /** What tables of custom plugins hold. */
  ownTables: OwnTables;
}

/** Whether the slot's database is made here, in the embedded cluster. Any other is somebody's: reached as its user, never dropped. */
export function ownsDatabase({ slot }: SlotContext): boolean {
  return !slot.existing && !givenTo(slot);
}

/** The pieces of the embedded platform that touch a slot's data: its snapshot, its database, the tasks on it. */
export function dataPieces({
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
}: DataPiecesArgs): Pick<Platform, "snapshot" | "database" | "task" | "destructiveTask"> {
  const taskInput = (context: SlotContext, task: Task) => ({
    ...common,
    ...identity(context),
    task: task.name,
    programs,
    database: databaseOf(context),
    settings: context.slot.settings,
    slot: context.name,
    migrationLimit: timeouts.migration,
  });

  return {
    snapshot: (name, { of }, options) => {
      const { version, life } = identity(of);
      const command = localCommand(
        name,
        {
          piece: "snapshot",
          create: "take",
          update: "record",
          input: {
            ...common,
            name,
            product: product.name,
            version,
            of: life,
            source: readFrom(of),
            ownTables,
            snapshotLimit: timeouts.snapshot,
          },
        },
        { ...options, retainOnDelete: true },
      );
      return parse<{ location: string }>(command).apply(({ location }) => location);
    },

    database: (name, context, fillFrom, options) => {
      const command = localCommand(
        name,
        {
          piece: "database",
          create: "make",
          update: "record",
          remove: "remove",
          input: {
            ...common,
            ...identity(context),
            name: databaseOf(context).name,
            port: ports.postgres,
            slot: context.name,
            ownTables,
            databaseLimit: timeouts.database,
            snapshotLimit: timeouts.snapshot,
            stopLimit: timeouts.stop,
          },
          fed: { fillFrom },
          // It is read once: when the slot that it came from retires, nothing is restored again.
          ignored: ["fillFrom"],
        },
        options,
      );
      return parse<{ filledFrom: string }>(command).apply(({ filledFrom }) => filledFrom);
    },

    task: (name, context, task, filledFrom, options) => {
      const isGiven = givenTo(context.slot) !== undefined;
      return localCommand(
        name,
        {
          piece: "task",
          create: "run",
          update: "record",
          input: { ...taskInput(context, task), isGiven },
          fed: { filledFrom },
          // No database of the slot's own remembers what was in it: it is read once, as that one's is.
          ignored: isGiven ? ["filledFrom"] : [],
        },
        options,
      );
    },

    destructiveTask: (name, context, task, options) =>
      localCommand(
        name,
        {
          piece: "task",
          create: "alone",
          update: "record",
          input: { ...taskInput(context, task), drainLimit, stopLimit: timeouts.stop },
        },
        options,
      ),
  };
}
