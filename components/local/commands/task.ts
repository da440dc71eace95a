import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { operationOf } from "../../../products/operations";
import type { DatabaseAddress, DatabaseOrigin, Operation, Task } from "../../../products/operation";
import type { SlotName } from "../../../products/release";
import { passwordOf, secretEnvironment } from "../credentials-file";
import { databaseLock, host } from "../layout";
import { leaveAlone } from "../leave-alone";
import { withLock } from "../lock";
import { runProduct } from "../product-command";
import { lastLines, type Outcome } from "../run-program";
import { json, text } from "./input";

function taskOf(product: Operation, name: string): Task {
  const task = product.tasks.find((candidate) => candidate.name === name);
  if (!task) throw new Error(`${product.title} has no task "${name}"`);
  return task;
}

/** More steps than any task needs: a migration that failed half-way takes three. */
const mostSteps = 6;

/** What a task is given of where it runs. */
interface Run {
  /** How the database came to be. */
  origin: DatabaseOrigin;
  /** Runs a command of the product. */
  command: (argv: string[]) => Promise<Outcome>;
  /** Done before the first command that changes something. */
  prepare?: () => Promise<void>;
}

/** Asks, does what the answer calls for, and asks again, until the answer proves that the task is done. */
async function carryOut(task: Task, { origin, command, prepare }: Run): Promise<string> {
  const question = task.ask.join(" ");
  const did: string[] = [];
  let asked = await command(task.ask);
  while (did.length < mostSteps) {
    const step = task.decide(asked.exitCode, origin);
    if (step.do === "refuse") throw new Error(`${task.name}: ${step.why}. ${lastLines(asked.output)}`);
    if (step.do === "skip") return did.join(", then ") || `nothing: ${step.why}`;
    if (did.length === 0) await prepare?.();
    const line = step.command.join(" ");
    const ran = await command(step.command);
    const said = task.failureText.find((failure) => ran.output.includes(failure));
    if (ran.exitCode !== 0 || said) {
      throw new Error(`'${line}' failed (exit code ${ran.exitCode}): ${lastLines(ran.output)}`);
    }
    did.push(line);
    asked = await command(task.ask);
    if (task.proof.includes(asked.exitCode)) return did.join(", then ");
  }
  const line = `${did.join(", then ")} ended well, yet '${question}' still exits with ${asked.exitCode}`;
  throw new Error(`${task.name}: ${line}: ${lastLines(asked.output)}`);
}

/** Runs the task of the inputs on the slot's database, if the product says that it is needed, and proves that it worked. */
function runTask(origin: DatabaseOrigin, prepare?: Run["prepare"]): Promise<{ task: string; did: string }> {
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
