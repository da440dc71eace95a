import { lastLines } from "./last-lines";
import type { DatabaseOrigin, Operation, Task } from "../products/operation";

/** How a command of the product ended. */
export interface CommandOutcome {
  exitCode: number;
  output: string;
}

/** What a task is given of where it runs. */
export interface TaskRun {
  /** How the database came to be. */
  origin: DatabaseOrigin;
  /** Runs a command of the product. */
  command: (argv: string[]) => Promise<CommandOutcome>;
  /** Done before the first command that changes something. */
  prepare?: () => Promise<void>;
}

/** The task of a product by its name. */
export function taskOf(product: Operation, name: string): Task {
  const task = product.tasks.find((candidate) => candidate.name === name);
  if (!task) throw new Error(`${product.title} has no task "${name}"`);
  return task;
}

/** More steps than any task needs: a migration that failed half-way takes three. */
const mostSteps = 6;

/** Asks, does what the answer calls for, and asks again, until the answer proves that the task is done. */
export async function carryOut(task: Task, { origin, command, prepare }: TaskRun): Promise<string> {
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
