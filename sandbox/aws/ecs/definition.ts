import type { Moto } from "../moto-api";
import { AwsError } from "../wire/answer";
import { ecsTarget } from "./wire";

/** The parts of a container definition that a task here is run by. */
export interface ContainerDefinition {
  name: string;
  image: string;
  command?: string[];
  entryPoint?: string[];
  environment?: { name: string; value: string }[];
  secrets?: { name: string; valueFrom: string }[];
  portMappings?: { containerPort: number }[];
  /** Default: true, its end is the task's end. */
  essential?: boolean;
  /** In seconds. Default: 30. */
  stopTimeout?: number;
  logConfiguration?: { logDriver: string; options?: Record<string, string> };
}

/** A task definition as moto keeps it. */
export interface TaskDefinition {
  taskDefinitionArn: string;
  family: string;
  revision: number;
  status?: string;
  networkMode?: string;
  cpu?: string;
  memory?: string;
  containerDefinitions: ContainerDefinition[];
}

/** Reads a definition by ARN, family or family and revision. Throws as RunTask and CreateService do when it is not there. */
export async function taskDefinition(moto: Moto, name: string): Promise<TaskDefinition> {
  type Found = { taskDefinition: TaskDefinition };
  const target = ecsTarget("DescribeTaskDefinition");
  const found = await moto.json<Found>("ecs", target, { taskDefinition: name }).catch((error: unknown) => {
    if (error instanceof AwsError) throw new AwsError("ClientException", "TaskDefinition not found.");
    throw error;
  });
  if (found.taskDefinition.status === "INACTIVE") {
    throw new AwsError("ClientException", "TaskDefinition is inactive");
  }
  return found.taskDefinition;
}

/** A cluster's name and ARN, from either. Throws as ECS does when there is none. */
export async function clusterOf(moto: Moto, given = "default"): Promise<{ name: string; arn: string }> {
  type Found = { clusters: { clusterName: string; clusterArn: string; status: string }[] };
  const name = given.split("/").pop() ?? given;
  const found = await moto.json<Found>("ecs", ecsTarget("DescribeClusters"), { clusters: [name] });
  const [cluster] = found.clusters;
  if (!cluster || cluster.status === "INACTIVE") {
    throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  }
  return { name, arn: cluster.clusterArn };
}
