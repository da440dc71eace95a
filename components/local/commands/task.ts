import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { operationOf } from "../../../products/operations";
import type { DatabaseAddress, DatabaseOrigin } from "../../../products/operation";
import type { SlotName } from "../../../products/release";
import { carryOut, taskOf, type TaskRun } from "../../carry-out-task";
import { passwordOf, secretEnvironment } from "../credentials-file";
import { databaseLock, host } from "../layout";
import { leaveAlone } from "../leave-alone";
import { withLock } from "../lock";
import { runProduct } from "../product-command";
import type { Outcome } from "../run-program";
import { json, text } from "../../command-input";

/** Runs the task of the inputs on the slot's database, if the product says that it is needed, and proves that it worked. */
function runTask(
  origin: DatabaseOrigin,
  prepare?: TaskRun["prepare"],
): Promise<{ task: string; did: string }> {
  const directory = text("directory");
  const database = json<DatabaseAddress>("database");
  const product = operationOf(text("product"));
  const task = taskOf(product, text("task"));
  const limit = json<number>("migrationLimit");
  const purpose = `${task.name} on ${database.name}`;
  const lock = { directory, piece: databaseLock(database.name), purpose, limit: json<number>("lockLimit") };
  return withLock(lock, async () => {
    const prefix = await mkdtemp(path.join(tmpdir(), "gateway-task-"));
    const place = { prefix, host, ports: {}, database, settings: json<Record<string, unknown>>("settings") };
    const password = await passwordOf(directory, text("slot"));
    const environment = {
      ...product.environment(place),
      ...secretEnvironment(directory, text("slot") as SlotName),
      [product.passwordVariable]: password,
    };
    const installed = { product, version: text("version"), programs: text("programs") };
    const command = (argv: string[]): Promise<Outcome> => runProduct(installed, argv, { environment, limit });
    try {
      return { task: task.name, did: await carryOut(task, { origin, command, prepare }) };
    } finally {
      await rm(prefix, { recursive: true, force: true });
    }
  });
}

/** A task before the start of the slot's nodes. */
export function run(): Promise<{ task: string; did: string }> {
  if (text("filledFrom") !== "") return runTask("filled");
  return runTask(json<boolean>("isGiven") ? "given" : "empty");
}

/** A destructive task on a database that slots shared: once no node but this slot's is on it. */
export function alone(): Promise<{ task: string; did: string }> {
  const [directory, slot] = [text("directory"), text("slot") as SlotName];
  const { name } = json<DatabaseAddress>("database");
  const limits = {
    lock: json<number>("lockLimit"),
    drain: json<number>("drainLimit"),
    stop: json<number>("stopLimit"),
  };
  return runTask("filled", () => leaveAlone(directory, { slot, life: text("life"), database: name }, limits));
}
