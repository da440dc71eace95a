import { randomInt } from "node:crypto";
import type { TaskDefinition } from "./definition";
import type { Task } from "./task";
import { now } from "./wire";

/** One way in which a service runs or ran: a task definition and its tasks. */
export interface Deployment {
  id: string;
  definition: TaskDefinition;
  desired: number;
  state: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  why: string;
  /** Tasks of it that ended by themselves while it was IN_PROGRESS. */
  failed: number;
  /** Those that are meant to run. */
  tasks: Task[];
  /** Those on their way out: without new requests, or being stopped. */
  leaving: Set<Task>;
  createdAt: number;
  updatedAt: number;
}

/** A deployment that has yet to start its tasks. */
export function newDeployment(definition: TaskDefinition, desired: number): Deployment {
  const id = `ecs-svc/${randomInt(10 ** 14)
    .toString()
    .padStart(19, "7")}`;
  const at = now();
  const why = `ECS deployment ${id} in progress.`;
  return {
    ...{ id, definition, desired, state: "IN_PROGRESS", why, failed: 0 },
    ...{ tasks: [], leaving: new Set(), createdAt: at, updatedAt: at },
  };
}

/** Gives a deployment another state. */
export function become(deployment: Deployment, state: Deployment["state"], why: string): void {
  Object.assign(deployment, { state, why, updatedAt: now() });
}

/** The failures after which the circuit breaker opens: half of the tasks, from 3 to 200. */
export function breakerThreshold(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired / 2)));
}

/** The deployment as DescribeServices gives it. */
export function wireDeployment(deployment: Deployment, isPrimary: boolean, service: Record<string, unknown>) {
  const { id, definition, desired, state, why, failed, tasks, createdAt, updatedAt } = deployment;
  const { launchType, platformVersion, networkConfiguration } = service;
  return {
    id,
    status: isPrimary ? "PRIMARY" : "ACTIVE",
    taskDefinition: definition.taskDefinitionArn,
    desiredCount: isPrimary ? desired : 0,
    pendingCount: tasks.filter(({ wire }) => isPending(wire.lastStatus)).length,
    runningCount: [...tasks, ...deployment.leaving].filter(({ wire }) => wire.lastStatus === "RUNNING")
      .length,
    failedTasks: failed,
    rolloutState: state,
    rolloutStateReason: why,
    launchType,
    platformVersion,
    networkConfiguration,
    createdAt,
    updatedAt,
  };
}

function isPending(status: string): boolean {
  return status === "PROVISIONING" || status === "PENDING";
}
