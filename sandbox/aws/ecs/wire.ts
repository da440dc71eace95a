/** A tag as ECS writes it. */
export interface Tag {
  key: string;
  value: string;
}

/** A task's container as DescribeTasks gives it. */
export interface WireContainer {
  containerArn: string;
  taskArn: string;
  name: string;
  image: string;
  lastStatus: string;
  exitCode?: number;
  reason?: string;
  healthStatus: "UNKNOWN";
  networkInterfaces: { attachmentId: string; privateIpv4Address: string }[];
}

/** Why a task stopped, in AWS's words. */
export type StopCode =
  "TaskFailedToStart" | "EssentialContainerExited" | "UserInitiated" | "ServiceSchedulerInitiated";

/** A task as DescribeTasks gives it. Times are seconds since the epoch. */
export interface WireTask {
  taskArn: string;
  clusterArn: string;
  taskDefinitionArn: string;
  group: string;
  startedBy?: string;
  tags: Tag[];
  launchType: string;
  platformVersion?: string;
  platformFamily?: string;
  cpu?: string;
  memory?: string;
  lastStatus: "PROVISIONING" | "PENDING" | "RUNNING" | "DEPROVISIONING" | "STOPPED";
  desiredStatus: "RUNNING" | "STOPPED";
  overrides: Overrides;
  containers: WireContainer[];
  attachments: { id: string; type: string; status: string; details: { name: string; value: string }[] }[];
  createdAt: number;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  version: number;
}

/** What RunTask may change of a definition. */
export interface Overrides {
  containerOverrides?: {
    name: string;
    command?: string[];
    environment?: { name: string; value: string }[];
  }[];
  cpu?: string;
  memory?: string;
}

/** The value of `X-Amz-Target` for an action of ECS. */
export const ecsTarget = (action: string) => `AmazonEC2ContainerServiceV20141113.${action}`;

/** Now, as the JSON protocols write times. */
export const now = () => Date.now() / 1_000;
