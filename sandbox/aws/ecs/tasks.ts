import { AwsError, jsonAnswer, type Answer } from "../wire/answer";
import type { Call } from "../wire/call";
import { clusterOf, taskDefinition, type TaskDefinition } from "./definition";
import { startTask, type Task, type TaskWorld } from "./task";
import type { Overrides, Tag } from "./wire";

/** The tasks that there are or were, and what they run with. */
export interface Tasks extends TaskWorld {
  tasks: Task[];
  /** What RunTask answered to each client token. */
  tokens: Map<string, { asked: string; started: Task[] }>;
}

/** Overrides are limited as a whole, as JSON. */
const longestOverrides = 8_192;

interface RunTask {
  cluster?: string;
  taskDefinition: string;
  count?: number;
  clientToken?: string;
  group?: string;
  launchType?: string;
  capacityProviderStrategy?: unknown[];
  networkConfiguration?: unknown;
  overrides?: Overrides;
  startedBy?: string;
  tags?: Tag[];
}

/** RunTask: real processes. The answer shows them PROVISIONING. */
export async function runTask(world: Tasks, call: Call): Promise<Answer> {
  const asked = call.parameters as unknown as RunTask;
  const cluster = await clusterOf(world.moto, asked.cluster);
  const definition = await taskDefinition(world.moto, asked.taskDefinition);
  refuse(asked, definition);
  const same = JSON.stringify(asked);
  const earlier = asked.clientToken ? world.tokens.get(asked.clientToken) : undefined;
  if (earlier && earlier.asked !== same) {
    throw new AwsError(
      "ConflictException",
      "The request does not match the one that the client token was used for.",
    );
  }
  const started = earlier?.started ?? Array.from({ length: asked.count ?? 1 }, () => start());
  function start() {
    const { overrides, startedBy, tags, group = `family:${definition.family}` } = asked;
    const launchType = asked.launchType ?? (asked.capacityProviderStrategy ? "FARGATE" : "EC2");
    return startTask(world, { definition, cluster, group, launchType, startedBy, tags, overrides });
  }
  if (!earlier) world.tasks.push(...started);
  if (asked.clientToken) world.tokens.set(asked.clientToken, { asked: same, started });
  return jsonAnswer({ tasks: started.map(({ wire }) => wire), failures: [] });
}

function refuse(
  { count = 1, overrides = {}, networkConfiguration }: RunTask,
  definition: TaskDefinition,
): void {
  const invalid = (message: string) => new AwsError("InvalidParameterException", message);
  if (count < 1 || count > 10) throw invalid("Count must be between 1 and 10.");
  if (JSON.stringify(overrides).length > longestOverrides) {
    throw invalid(`Container Overrides length must be at most ${longestOverrides}`);
  }
  const names = definition.containerDefinitions.map(({ name }) => name);
  const unknown = overrides.containerOverrides?.find(({ name }) => !names.includes(name));
  if (unknown) {
    throw invalid(`Override for container named ${unknown.name} is not a container in the TaskDefinition.`);
  }
  if (definition.networkMode === "awsvpc" && !networkConfiguration) {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
}

/** StopTask: answers at once, the task ends by itself. */
export async function stopTask(world: Tasks, call: Call): Promise<Answer> {
  const { cluster, task, reason } = call.parameters as { cluster?: string; task: string; reason?: string };
  const { arn } = await clusterOf(world.moto, cluster);
  const found = world.tasks.find(({ wire }) => wire.clusterArn === arn && isNamed(wire.taskArn, task));
  if (!found) throw new AwsError("InvalidParameterException", "The referenced task was not found.");
  void found.stop("UserInitiated", reason ?? "Task stopped by user");
  return jsonAnswer({ task: found.wire });
}

/** DescribeTasks: tags only when asked for. */
export async function describeTasks(world: Tasks, call: Call): Promise<Answer> {
  const asked = call.parameters as { cluster?: string; tasks?: string[]; include?: string[] };
  const { arn } = await clusterOf(world.moto, asked.cluster);
  const withTags = asked.include?.includes("TAGS") ?? false;
  const known = world.tasks.filter(({ wire }) => wire.clusterArn === arn);
  const looked = (asked.tasks ?? []).map((given) => ({
    given,
    task: known.find(({ wire }) => isNamed(wire.taskArn, given)),
  }));
  return jsonAnswer({
    tasks: looked.flatMap(({ task }) =>
      task ? [{ ...task.wire, tags: withTags ? task.wire.tags : [] }] : [],
    ),
    failures: looked.flatMap(({ given, task }) => {
      if (task) return [];
      const missing = given.startsWith("arn:") ? given : `${arn.replace(":cluster/", ":task/")}/${given}`;
      return [{ arn: missing, reason: "MISSING" }];
    }),
  });
}

interface ListTasks {
  cluster?: string;
  startedBy?: string;
  family?: string;
  serviceName?: string;
  desiredStatus?: string;
  launchType?: string;
  maxResults?: number;
  nextToken?: string;
}

/** ListTasks: those meant to run, unless the stopped ones are asked for. */
export async function listTasks(world: Tasks, call: Call): Promise<Answer> {
  const asked = call.parameters as ListTasks;
  const { arn } = await clusterOf(world.moto, asked.cluster);
  const service = asked.serviceName?.split("/").pop();
  const matching = world.tasks
    .map(({ wire }) => wire)
    .filter(
      (wire) =>
        wire.clusterArn === arn &&
        wire.desiredStatus === (asked.desiredStatus ?? "RUNNING") &&
        (!asked.startedBy || wire.startedBy === asked.startedBy) &&
        (!asked.family || wire.taskDefinitionArn.includes(`:task-definition/${asked.family}:`)) &&
        (!service || wire.group === `service:${service}`) &&
        (!asked.launchType || wire.launchType === asked.launchType),
    );
  const from = Number(asked.nextToken ?? 0);
  const to = from + (asked.maxResults ?? 100);
  return jsonAnswer({
    taskArns: matching.slice(from, to).map(({ taskArn }) => taskArn),
    ...(to < matching.length ? { nextToken: String(to) } : {}),
  });
}

/** A task is named by its ARN or by the id at its end. */
function isNamed(arn: string, given: string): boolean {
  return arn === given || arn.endsWith(`/${given}`);
}
