import { carryOut, taskOf } from "../../carry-out-task";
import { json, text } from "../../command-input";
import { othersEnded, runTask, taskMark, type TaskPlace } from "../run-task";
import { common, product } from "./inputs";

/**
 * Runs a task of the product on the slot's database, each of its commands as a task run of its own in the image of the
 * slot's version: a container that others wait for may take 120 s, a migration takes what it takes.
 */
export async function run(): Promise<{ task: string; did: string }> {
  const { clients, names } = common();
  const task = taskOf(product(), text("task"));
  const place = json<TaskPlace>("place");
  const request = {
    definition: text("definition"),
    startedBy: taskMark,
    limit: json<number>("migrationLimit"),
  };
  await othersEnded(clients, names.cluster, taskMark, json<number>("lockLimit"));
  const origin = text("filledFrom") === "" ? "empty" : "filled";
  const did = await carryOut(task, {
    origin,
    command: (command) => runTask(clients, place, { ...request, command }),
  });
  return { task: task.name, did };
}
