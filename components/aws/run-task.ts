import type { Task as EcsTask } from "@aws-sdk/client-ecs";
import { lastLines } from "../last-lines";
import type { Clients } from "./clients";
import { containerName } from "./container-name";
import { waitUntil } from "../wait-until";
import { readLines } from "./logs";
import { ecs } from "./sdk";

/** Where tasks of a gateway run. */
export interface TaskPlace {
  cluster: string;
  subnets: string[];
  securityGroups: string[];
  /** Whether they need an address of their own to reach AWS. */
  publicAddress: boolean;
  logGroup: string;
}

/** One run of a container. */
export interface TaskRequest {
  /** Family, with or without a revision, or ARN of the definition. */
  definition: string;
  command: string[];
  environment?: Record<string, string>;
  /** Who runs it: tasks of one piece wait for each other by this mark. At most 128 characters. */
  startedBy: string;
  /** In seconds; it is stopped then. */
  limit: number;
  /** Whether all lines of a run that ended well are there: they reach the logs after its end. Default: not waited for. */
  isWhole?: (output: string) => boolean;
}

/** What starts a task of ours that changes something: of those there is one at a time. */
export const taskMark = "gateway-upgrade";

/** How long lines may take to reach the logs, in seconds. */
const logLimit = 60;

/** How a container ended. */
export interface TaskOutcome {
  exitCode: number;
  output: string;
}

/** What AWS lets a run say of its command and environment, in characters. */
const mostOverride = 8_192;

/**
 * Runs one container to its end and gives its exit code and its lines. Throws where it did not come to run: an image
 * that is not there, a secret that may not be read, no capacity; and at the time limit.
 */
export async function runTask(
  clients: Clients,
  place: TaskPlace,
  request: TaskRequest,
): Promise<TaskOutcome> {
  const { definition, command, environment = {}, startedBy, limit } = request;
  const { RunTaskCommand, StopTaskCommand, waitUntilTasksStopped } = ecs();
  const overrides = {
    containerOverrides: [
      {
        name: containerName,
        command,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
    ],
  };
  const size = JSON.stringify(overrides).length;
  if (size > mostOverride) {
    throw new Error(`a task run may be told ${mostOverride} characters, and this one needs ${size}`);
  }
  const client = clients.containers();
  const { tasks = [], failures = [] } = await client.send(
    new RunTaskCommand({
      cluster: place.cluster,
      taskDefinition: definition,
      launchType: "FARGATE",
      startedBy,
      count: 1,
      overrides,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: place.subnets,
          securityGroups: place.securityGroups,
          assignPublicIp: place.publicAddress ? "ENABLED" : "DISABLED",
        },
      },
    }),
  );
  const arn = tasks[0]?.taskArn;
  if (arn === undefined) {
    const why = failures.map(({ reason, detail }) => detail ?? reason).join("; ");
    throw new Error(`no task of ${definition} could be started in ${place.cluster}: ${why}`);
  }
  const waiting = { client, maxWaitTime: limit, minDelay: 1, maxDelay: 6 };
  const ended = await waitUntilTasksStopped(waiting, { cluster: place.cluster, tasks: [arn] }).catch(
    (error: unknown) => ({ state: (error as Error).name, reason: error }),
  );
  if (ended.state !== "SUCCESS") {
    const reason = `not done after ${limit} s`;
    await client.send(new StopTaskCommand({ cluster: place.cluster, task: arn, reason }));
    const output = await readLines(clients, place.logGroup, definition, arn);
    throw new Error(
      `'${command.join(" ").slice(0, 200)}' is ${reason} and was stopped; its last lines: ${lastLines(output)}`,
    );
  }
  return outcomeOf(clients, place, request, arn);
}

async function outcomeOf(
  clients: Clients,
  { cluster, logGroup }: TaskPlace,
  { definition, isWhole = () => true }: TaskRequest,
  arn: string,
): Promise<TaskOutcome> {
  const { DescribeTasksCommand } = ecs();
  const { tasks = [] } = await clients.containers().send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
  const [task] = tasks;
  const exitCode = task?.containers?.[0]?.exitCode;
  if (exitCode === undefined) throw new Error(`the task ${arn} did not run: ${whyStopped(task)}`);
  let output = "";
  const isRead = async () => {
    output = await readLines(clients, logGroup, definition, arn);
    return exitCode !== 0 || isWhole(output);
  };
  const why = () => `lines of ${arn} are missing from ${logGroup} after ${logLimit} s`;
  await waitUntil(isRead, { limit: logLimit, every: 1_000 }, why);
  return { exitCode, output };
}

function whyStopped(task: EcsTask | undefined): string {
  const own = task?.containers?.[0]?.reason;
  return [task?.stoppedReason, own].filter(Boolean).join("; ") || "AWS does not say why";
}

/** Tasks that this mark has started, or of this family, and that still run. */
export async function runningTasks(
  clients: Clients,
  cluster: string,
  which: { startedBy: string } | { family: string },
): Promise<string[]> {
  const { ListTasksCommand } = ecs();
  try {
    const { taskArns = [] } = await clients
      .containers()
      .send(new ListTasksCommand({ cluster, ...which, desiredStatus: "RUNNING" }));
    return taskArns;
  } catch (error) {
    if ((error as Error).name === "ClusterNotFoundException") return [];
    throw error;
  }
}

/**
 * Waits until what an earlier update started under this mark has ended: it outlives a killed engine, and two migrations
 * at once on one database are none. Throws at the limit, in seconds, and says for what it waited.
 */
export async function othersEnded(
  clients: Clients,
  cluster: string,
  startedBy: string,
  limit: number,
): Promise<void> {
  const tasks = await runningTasks(clients, cluster, { startedBy });
  if (tasks.length === 0) return;
  const { waitUntilTasksStopped } = ecs();
  const waiting = { client: clients.containers(), maxWaitTime: limit, minDelay: 1, maxDelay: 6 };
  await waitUntilTasksStopped(waiting, { cluster, tasks }).catch((error: unknown) => {
    throw new Error(
      `${tasks.length} tasks of an earlier update still run in ${cluster} after ${limit} s (${startedBy}): wait for them or ` +
        `stop them; gateway:timeouts.lock sets the limit`,
      { cause: error },
    );
  });
}
