import { AwsError, jsonAnswer, type Answer } from "../wire/answer";
import type { Call } from "../wire/call";
import { clusterOf, taskDefinition, type TaskDefinition } from "./definition";
import { newDeployment } from "./deployment";
import { runService } from "./run-service";
import { wireService, type Service, type ServiceInput, type ServiceWorld } from "./service-state";
import { now } from "./wire";

const invalid = (message: string) => new AwsError("InvalidParameterException", message);

/** CreateService: refused where ECS refuses it; then its tasks start. */
export async function createService(world: ServiceWorld, call: Call): Promise<Answer> {
  const input = call.parameters as unknown as ServiceInput;
  const cluster = await clusterOf(world.moto, input.cluster);
  const definition = await taskDefinition(world.moto, input.taskDefinition);
  const status = find(world, cluster.name, input.serviceName)?.status;
  if (status === "ACTIVE") throw invalid("Creation of service was not idempotent.");
  if (status === "DRAINING") throw invalid("Unable to Start a service that is still Draining.");
  refuseBalancers(world, input, definition);
  const answer = await world.moto.passWith(call, forMoto(call));
  if (answer.status >= 300) return answer;
  const service: Service = {
    input: { ...input },
    cluster,
    status: "ACTIVE",
    deployments: [newDeployment(definition, input.desiredCount ?? 1)],
    events: [],
    createdAt: now(),
    wake: () => undefined,
  };
  world.services = world.services.filter((known) => !isNamed(known, cluster.name, input.serviceName));
  world.services.push(service);
  world.inBackground(runService(world, service));
  return shown(answer, service);
}

/** moto wants security groups where ECS takes the VPC's own. */
function forMoto({ parameters }: Call): unknown {
  const network = parameters.networkConfiguration as { awsvpcConfiguration?: object } | undefined;
  if (!network?.awsvpcConfiguration) return parameters;
  const awsvpcConfiguration = { securityGroups: [], ...network.awsvpcConfiguration };
  return { ...parameters, networkConfiguration: { awsvpcConfiguration } };
}

function refuseBalancers(
  { plane }: ServiceWorld,
  { loadBalancers = [] }: Pick<ServiceInput, "loadBalancers">,
  { containerDefinitions }: TaskDefinition,
): void {
  for (const { targetGroupArn, containerName, containerPort } of loadBalancers) {
    const container = containerDefinitions.find(({ name }) => name === containerName);
    if (!container) throw invalid(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      const why = `The container ${containerName} did not have a container port ${containerPort} defined.`;
      throw invalid(why);
    }
    if (targetGroupArn && !plane.isInUse(targetGroupArn)) {
      throw invalid(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    }
  }
}

/** UpdateService: another count changes the deployment, whatever else makes a new one. */
export async function updateService(world: ServiceWorld, call: Call): Promise<Answer> {
  const { cluster, service: name, ...change } = call.parameters as { cluster?: string; service: string };
  const asked = change as Partial<ServiceInput> & { forceNewDeployment?: boolean };
  const service = await known(world, cluster, name);
  if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  const [primary] = service.deployments;
  if (!primary) throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  const definition = asked.taskDefinition
    ? await taskDefinition(world.moto, asked.taskDefinition)
    : primary.definition;
  refuseBalancers(world, asked, definition);
  const answer = await world.moto.passWith(call, forMoto(call));
  if (answer.status >= 300) return answer;
  const { forceNewDeployment, ...kept } = asked;
  Object.assign(service.input, kept);
  const desired = asked.desiredCount ?? primary.desired;
  const isNew =
    forceNewDeployment === true ||
    definition.taskDefinitionArn !== primary.definition.taskDefinitionArn ||
    asked.networkConfiguration !== undefined ||
    asked.loadBalancers !== undefined;
  if (isNew) service.deployments.unshift(newDeployment(definition, desired));
  else primary.desired = desired;
  service.wake();
  return shown(answer, service);
}

/** DeleteService: DRAINING until its tasks are gone, then INACTIVE. */
export async function deleteService(world: ServiceWorld, call: Call): Promise<Answer> {
  const {
    cluster,
    service: name,
    force,
  } = call.parameters as { cluster?: string; service: string; force?: boolean };
  const service = await known(world, cluster, name);
  if ((service.input.desiredCount ?? 1) > 0 && !force) {
    throw invalid("The service cannot be stopped while it is scaled above 0.");
  }
  const answer = await world.moto.passWith(call, { ...call.parameters, force: true });
  if (answer.status >= 300) return answer;
  service.status = "DRAINING";
  service.input.desiredCount = 0;
  for (const deployment of service.deployments) deployment.desired = 0;
  const [primary] = service.deployments;
  // One that had failed has tasks to end, too.
  if (primary?.state === "FAILED") primary.state = "COMPLETED";
  service.wake();
  return shown(answer, service);
}

/** DescribeServices: moto's records with what really runs. */
export async function describeServices(world: ServiceWorld, call: Call): Promise<Answer> {
  const answer = await world.moto.pass(call);
  if (answer.status >= 300) return answer;
  const cluster = await clusterOf(world.moto, call.parameters.cluster as string | undefined);
  const body = JSON.parse(answer.body) as { services: Record<string, unknown>[]; failures: unknown[] };
  const services = body.services.map((record) => {
    const service = find(world, cluster.name, String(record.serviceName));
    return service ? wireService(service, record) : record;
  });
  return jsonAnswer({ ...body, services });
}

/** ListServices: without those that are INACTIVE, which moto lists on. */
export async function listServices(world: ServiceWorld, call: Call): Promise<Answer> {
  const answer = await world.moto.pass(call);
  if (answer.status >= 300) return answer;
  const cluster = await clusterOf(world.moto, call.parameters.cluster as string | undefined);
  const body = JSON.parse(answer.body) as { serviceArns: string[] };
  const isListed = (arn: string) => find(world, cluster.name, arn)?.status !== "INACTIVE";
  return jsonAnswer({ ...body, serviceArns: body.serviceArns.filter(isListed) });
}

/** DeleteCluster: refused while something runs in it, which moto does not know. */
export async function deleteCluster(world: ServiceWorld, call: Call): Promise<Answer> {
  const { name, arn } = await clusterOf(world.moto, call.parameters.cluster as string | undefined);
  if (world.services.some(({ cluster, status }) => cluster.name === name && status !== "INACTIVE")) {
    const why = "The Cluster cannot be deleted while Services are active.";
    throw new AwsError("ClusterContainsServicesException", why);
  }
  if (world.tasks.some(({ wire }) => wire.clusterArn === arn && wire.lastStatus !== "STOPPED")) {
    throw new AwsError(
      "ClusterContainsTasksException",
      "The Cluster cannot be deleted while Tasks are active.",
    );
  }
  return world.moto.pass(call);
}

function shown(answer: Answer, service: Service): Answer {
  const { service: record } = JSON.parse(answer.body) as { service: Record<string, unknown> };
  return jsonAnswer({ service: wireService(service, record) });
}

async function known(world: ServiceWorld, given: string | undefined, name: string): Promise<Service> {
  const cluster = await clusterOf(world.moto, given);
  const service = find(world, cluster.name, name);
  if (!service) throw new AwsError("ServiceNotFoundException", "Service not found.");
  return service;
}

function find(world: ServiceWorld, cluster: string, name: string): Service | undefined {
  return world.services.find((service) => isNamed(service, cluster, name));
}

/** A service is named by its ARN or the name at its end. */
function isNamed({ cluster, input }: Service, inCluster: string, name: string): boolean {
  return cluster.name === inCluster && input.serviceName === (name.split("/").pop() ?? name);
}
