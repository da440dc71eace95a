import { json, text } from "../../command-input";
import { clearDatabase, clearGroup, clearInstances, clearService, mintMoment } from "../clear-way";
import type { SplitPlace } from "../live/weights";
import { runningTasks } from "../run-task";
import { common } from "./inputs";
import { ecs } from "../sdk";

/**
 * Takes away what carries this life and no state knows of: tasks that still run, the service or the instances, the target group and the
 * database of a create that failed or was killed. What is somebody else's is left as it is.
 */
export async function sweep(): Promise<{ swept: string }> {
  const { clients, names } = common();
  const life = text("life");
  if (json<boolean>("isExisting")) return { swept: life };
  const way = { clients, names, split: json<SplitPlace>("split"), limit: json<number>("stopLimit") };
  await stopTasks(names.tasks(life));
  await clearService(way, life);
  await clearInstances(way, life);
  await clearGroup(way, life);
  await clearGroup(way, life, names.admin(life));
  await clearDatabase({ ...way, limit: json<number>("databaseLimit") }, life, mintMoment());
  return { swept: life };

  async function stopTasks(family: string): Promise<void> {
    const { StopTaskCommand } = ecs();
    for (const task of await runningTasks(clients, names.cluster, { family })) {
      const reason = `sweeping ${life}`;
      await clients.containers().send(new StopTaskCommand({ cluster: names.cluster, task, reason }));
    }
  }
}
