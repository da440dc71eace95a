import { randomUUID } from "node:crypto";
import type { Plane } from "../elb/plane";
import type { Deployment } from "./deployment";
import { wireDeployment } from "./deployment";
import type { Tasks } from "./tasks";
import { now } from "./wire";

/** What CreateService and UpdateService are given, as far as it matters here. */
export interface ServiceInput {
  cluster?: string;
  serviceName: string;
  taskDefinition: string;
  desiredCount?: number;
  launchType?: string;
  networkConfiguration?: unknown;
  loadBalancers?: { targetGroupArn?: string; containerName: string; containerPort: number }[];
  /** In seconds, in which failed health checks of the balancer end no task. Default: 0. */
  healthCheckGracePeriodSeconds?: number;
  deploymentConfiguration?: { deploymentCircuitBreaker?: { enable: boolean; rollback: boolean } };
  propagateTags?: string;
  tags?: { key: string; value: string }[];
}

/** A service: its input, and what runs. */
export interface Service {
  input: ServiceInput;
  cluster: { name: string; arn: string };
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  /** The first one is PRIMARY. */
  deployments: Deployment[];
  events: { id: string; createdAt: number; message: string }[];
  createdAt: number;
  /** Says that something changed, so that the service is looked at without waiting. */
  wake: () => void;
}

/** What services are run with. */
export interface ServiceWorld extends Tasks {
  services: Service[];
  plane: Plane;
  /** Work that goes on after its call was answered, and tells of its errors itself. */
  inBackground(work: Promise<void>): void;
  /** Whether the emulator stops: then no service starts anything. */
  isStopping(): boolean;
}

/** Says what happens to a service, newest first, as DescribeServices shows it. */
export function tell(service: Service, message: string): void {
  const text = `(service ${service.input.serviceName}) ${message}`;
  service.events.unshift({ id: randomUUID(), createdAt: now(), message: text });
  service.events.splice(100);
}

/** moto's record of the service with what moto drops and what really runs. */
export function wireService(service: Service, record: Record<string, unknown>): Record<string, unknown> {
  const { input, deployments, status, events, createdAt } = service;
  const wired = deployments.map((deployment, index) =>
    wireDeployment(deployment, index === 0, input as unknown as Record<string, unknown>),
  );
  const sum = (of: "runningCount" | "pendingCount") => wired.reduce((total, each) => total + each[of], 0);
  return {
    ...record,
    ...input,
    cluster: undefined,
    // Tags are shown when asked for: moto does that.
    tags: record.tags,
    clusterArn: service.cluster.arn,
    taskDefinition: deployments[0]?.definition.taskDefinitionArn,
    status,
    desiredCount: input.desiredCount ?? 1,
    runningCount: sum("runningCount"),
    pendingCount: sum("pendingCount"),
    deployments: status === "INACTIVE" ? [] : wired,
    events,
    createdAt,
  };
}
