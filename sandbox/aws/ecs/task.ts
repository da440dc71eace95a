import { randomBytes, randomUUID } from "node:crypto";
import type { Container, ContainerOptions } from "../containers";
import { ownAddress } from "../loopback";
import { account, region, type Moto } from "../moto-api";
import type { ContainerDefinition, TaskDefinition } from "./definition";
import { openLogStream, type LogStream } from "./log-stream";
import { secretValue } from "./secrets";
import { now, type Overrides, type StopCode, type Tag, type WireContainer, type WireTask } from "./wire";

/** What tasks are run with. */
export interface TaskWorld {
  moto: Moto;
  startContainer(options: ContainerOptions): Promise<Container>;
}

/** What a task is to be. */
export interface TaskSpec {
  definition: TaskDefinition;
  cluster: { name: string; arn: string };
  group: string;
  launchType: string;
  startedBy?: string;
  tags?: Tag[];
  overrides?: Overrides;
  /** Called at each change of state. */
  changed?: () => void;
}

/** A task and its containers. */
export interface Task {
  /** As DescribeTasks gives it; it changes as the task goes on. */
  wire: WireTask;
  ip: string;
  /** Settles, without an error, when the task is STOPPED. */
  ended: Promise<void>;
  /**
   * Ends it, for a reason that the task's record shows. Settles when it is STOPPED. Containers are killed after
   * `seconds`; the default is what their definitions say.
   */
  stop(code: StopCode, reason: string, seconds?: number): Promise<void>;
}

interface Running {
  container: Container;
  definition: ContainerDefinition;
  wire: WireContainer;
}

/** Starts a task: it is PROVISIONING when this returns, and goes its way by itself. */
export function startTask(world: TaskWorld, spec: TaskSpec): Task {
  const ip = ownAddress();
  const wire = newRecord(spec, ip);
  const running: Running[] = [];
  const become = (state: WireTask["lastStatus"]) => {
    wire.lastStatus = state;
    wire.version += 1;
    for (const container of wire.containers)
      if (container.lastStatus !== "STOPPED") container.lastStatus = state;
    spec.changed?.();
  };
  const halt = (code: StopCode, reason: string, seconds?: number) => {
    wire.desiredStatus = "STOPPED";
    wire.stopCode ??= code;
    wire.stoppedReason ??= reason;
    wire.stoppingAt ??= now();
    return Promise.all(
      running.map(({ container, definition }) => container.stop(seconds ?? definition.stopTimeout ?? 30)),
    );
  };
  const streams: LogStream[] = [];
  const live = async () => {
    const taskId = wire.taskArn.split("/").pop() ?? "";
    try {
      const prepared = await Promise.all(
        spec.definition.containerDefinitions.map((definition) =>
          prepare(world, definition, spec, ip, taskId),
        ),
      );
      streams.push(...prepared.map(({ stream }) => stream));
      become("PENDING");
      for (const [index, { definition, options }] of prepared.entries()) {
        if (wire.desiredStatus === "STOPPED") break;
        const shown = wire.containers[index];
        if (shown) running.push({ container: await world.startContainer(options), definition, wire: shown });
      }
      if (wire.desiredStatus === "RUNNING") {
        wire.startedAt = now();
        become("RUNNING");
        const essential = running.filter(({ definition }) => definition.essential !== false);
        await Promise.race(essential.map(({ container }) => container.ended));
      }
      await halt("EssentialContainerExited", "Essential container in task exited");
    } catch (error) {
      await halt("TaskFailedToStart", error instanceof Error ? error.message : String(error));
    }
    become("DEPROVISIONING");
    await Promise.all(running.map(noteEnd));
    await Promise.all(streams.map((stream) => stream.flush()));
    wire.stoppedAt = now();
    become("STOPPED");
  };
  const ended = live();
  return {
    wire,
    ip,
    ended,
    async stop(code, reason, seconds) {
      if (wire.lastStatus !== "STOPPED") await halt(code, reason, seconds);
      await ended;
    },
  };
}

async function noteEnd({ container, wire }: Running): Promise<void> {
  const { exitCode, reason } = await container.ended;
  wire.exitCode = exitCode;
  // ECS gives the container a reason of its own only for what is not a plain exit.
  if (!/^Essential container/.test(reason)) wire.reason = reason;
  wire.lastStatus = "STOPPED";
}

async function prepare(
  { moto }: TaskWorld,
  definition: ContainerDefinition,
  spec: TaskSpec,
  ip: string,
  taskId: string,
): Promise<{ definition: ContainerDefinition; options: ContainerOptions; stream: LogStream }> {
  const override = spec.overrides?.containerOverrides?.find(({ name }) => name === definition.name);
  const plain = [...(definition.environment ?? []), ...(override?.environment ?? [])];
  const secrets = await Promise.all(
    (definition.secrets ?? []).map(
      async ({ name, valueFrom }) => [name, await secretValue(moto, valueFrom)] as const,
    ),
  );
  const stream = await openLogStream(moto, definition, taskId);
  const command = override?.command ?? definition.command;
  const options = {
    image: definition.image,
    command: definition.entryPoint ? [...definition.entryPoint, ...(command ?? [])] : command,
    environment: {
      ...Object.fromEntries(plain.map(({ name, value }) => [name, value])),
      ...Object.fromEntries(secrets),
    },
    ip,
    onLine: (line: string) => stream.write(line),
  };
  return { definition, options, stream };
}

function newRecord({ definition, cluster, overrides = {}, ...spec }: TaskSpec, ip: string): WireTask {
  const id = randomBytes(16).toString("hex");
  const taskArn = `arn:aws:ecs:${region}:${account}:task/${cluster.name}/${id}`;
  const attachmentId = randomUUID();
  const isFargate = spec.launchType === "FARGATE";
  return {
    taskArn,
    clusterArn: cluster.arn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: spec.group,
    startedBy: spec.startedBy,
    tags: spec.tags ?? [],
    launchType: spec.launchType,
    ...(isFargate ? { platformVersion: "1.4.0", platformFamily: "Linux" } : {}),
    cpu: overrides.cpu ?? definition.cpu,
    memory: overrides.memory ?? definition.memory,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    overrides,
    containers: definition.containerDefinitions.map(({ name, image }) => ({
      containerArn: `arn:aws:ecs:${region}:${account}:container/${cluster.name}/${id}/${randomUUID()}`,
      taskArn,
      name,
      image,
      lastStatus: "PROVISIONING",
      healthStatus: "UNKNOWN",
      networkInterfaces: [{ attachmentId, privateIpv4Address: ip }],
    })),
    attachments: [
      {
        id: attachmentId,
        type: "ElasticNetworkInterface",
        status: "ATTACHED",
        details: [{ name: "privateIPv4Address", value: ip }],
      },
    ],
    createdAt: now(),
    version: 1,
  };
}
