import { DescribeTargetGroupAttributesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { become, breakerThreshold, type Deployment } from "./deployment";
import { tell, type Service, type ServiceWorld } from "./service-state";
import { startTask, type Task } from "./task";
import { now } from "./wire";

/** How often a service is looked at when nothing says that it changed. */
const everyMs = 100;

/** After a task that ended by itself, so that one that cannot run does not keep the machine busy. */
const pauseMs = 300;

/** Keeps a service as it is meant to be, until it is INACTIVE or the emulator stops. */
export async function runService(world: ServiceWorld, service: Service): Promise<void> {
  while (!world.isStopping() && service.status !== "INACTIVE") {
    const woken = new Promise<void>((resolve) => (service.wake = resolve));
    try {
      await look(world, service);
    } catch (error) {
      // A target group may be deleted under a service, say: AWS tells of it in an event and goes on.
      tell(
        service,
        `was unable to be brought to its state: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const timer = setTimeout(service.wake, everyMs);
    await woken;
    clearTimeout(timer);
  }
}

async function look(world: ServiceWorld, service: Service): Promise<void> {
  const [primary, ...older] = service.deployments;
  if (!primary) return;
  for (const deployment of service.deployments) await takeOutDead(world, service, deployment);
  if (wasRolledBack(service, primary, older)) return;
  if (primary.state !== "FAILED") launch(world, service, primary);
  await register(world, service, primary);
  endUnhealthy(world, service, primary);
  for (const task of primary.tasks.slice(primary.desired)) leave(world, service, primary, task);
  const steady = primary.tasks.filter((task) => isSteady(world, service, task));
  if (steady.length < primary.desired) return;
  // All that is new serves: what is old may go.
  for (const deployment of older) {
    for (const task of deployment.tasks) leave(world, service, deployment, task);
  }
  service.deployments = service.deployments.filter(
    (deployment) => deployment === primary || deployment.leaving.size > 0,
  );
  if (service.deployments.length > 1 || primary.leaving.size > 0) return;
  if (service.status === "DRAINING") service.status = "INACTIVE";
  if (primary.state !== "IN_PROGRESS") return;
  become(primary, "COMPLETED", `ECS deployment ${primary.id} completed.`);
  tell(service, "has reached a steady state.");
}

async function takeOutDead(world: ServiceWorld, service: Service, deployment: Deployment): Promise<void> {
  const dead = deployment.tasks.filter(({ wire }) => wire.lastStatus === "STOPPED");
  deployment.tasks = deployment.tasks.filter((task) => !dead.includes(task));
  if (deployment.state === "IN_PROGRESS") deployment.failed += dead.length;
  for (const task of dead) {
    tell(service, `has stopped 1 running tasks: (task ${task.wire.taskArn.split("/").pop() ?? ""}).`);
    await deregister(world, service, task);
  }
}

/** Opens the circuit breaker where it is time to: the deployment has FAILED then. Says whether another is PRIMARY now. */
function wasRolledBack(service: Service, primary: Deployment, older: Deployment[]): boolean {
  const breaker = service.input.deploymentConfiguration?.deploymentCircuitBreaker;
  if (primary.state !== "IN_PROGRESS" || !breaker?.enable) return false;
  if (primary.failed < breakerThreshold(primary.desired)) return false;
  become(primary, "FAILED", "ECS deployment circuit breaker: tasks failed to start.");
  tell(service, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
  const last = older.find(({ state }) => state === "COMPLETED");
  if (!breaker.rollback || !last) return false;
  become(last, "IN_PROGRESS", `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`);
  last.desired = primary.desired;
  tell(service, `rolling back to (deployment ${last.id}).`);
  service.deployments = [last, ...service.deployments.filter((deployment) => deployment !== last)];
  return true;
}

function launch(world: ServiceWorld, service: Service, deployment: Deployment): void {
  const missing = deployment.desired - deployment.tasks.length;
  const lastEnd = Math.max(0, ...ended(world, deployment).map(({ wire }) => wire.stoppedAt ?? 0));
  if (missing <= 0 || now() - lastEnd < pauseMs / 1_000) return;
  for (let count = 0; count < missing; count += 1) {
    const task = startTask(world, {
      definition: deployment.definition,
      cluster: service.cluster,
      group: `service:${service.input.serviceName}`,
      launchType: service.input.launchType ?? "EC2",
      startedBy: deployment.id,
      tags: service.input.propagateTags === "SERVICE" ? service.input.tags : [],
      changed: () => service.wake(),
    });
    deployment.tasks.push(task);
    world.tasks.push(task);
    tell(service, `has started 1 tasks: (task ${task.wire.taskArn.split("/").pop() ?? ""}).`);
  }
}

function ended({ tasks }: ServiceWorld, { id }: Deployment): Task[] {
  return tasks.filter(
    ({ wire }) => wire.startedBy === id && wire.stopCode !== "ServiceSchedulerInitiated" && wire.stoppedAt,
  );
}

const registered = new WeakSet<Task>();

async function register(world: ServiceWorld, service: Service, { tasks }: Deployment): Promise<void> {
  for (const task of tasks) {
    if (task.wire.lastStatus !== "RUNNING" || registered.has(task)) continue;
    for (const [group, port] of targetsOf(service)) await world.plane.register(group, { id: task.ip, port });
    registered.add(task);
  }
}

async function deregister(world: ServiceWorld, service: Service, task: Task): Promise<void> {
  if (!registered.delete(task)) return;
  for (const [group, port] of targetsOf(service)) {
    await world.plane.deregister(group, { id: task.ip, port });
  }
}

function targetsOf({ input }: Service): [group: string, port: number][] {
  return (input.loadBalancers ?? []).flatMap(({ targetGroupArn, containerPort }) =>
    targetGroupArn ? [[targetGroupArn, containerPort] as [string, number]] : [],
  );
}

/** What the balancer's checks say of a task in each of its groups. */
function healthOf({ plane }: ServiceWorld, service: Service, task: Task): { group: string; state: string }[] {
  return targetsOf(service).map(([group, port]) => ({
    group,
    state: plane.health(group).find(({ id, port: at }) => id === task.ip && at === port)?.state ?? "initial",
  }));
}

function isSteady(world: ServiceWorld, service: Service, task: Task): boolean {
  return (
    task.wire.lastStatus === "RUNNING" &&
    healthOf(world, service, task).every(({ state }) => state === "healthy" || state === "unused")
  );
}

function endUnhealthy(world: ServiceWorld, service: Service, deployment: Deployment): void {
  const grace = service.input.healthCheckGracePeriodSeconds ?? 0;
  for (const task of deployment.tasks) {
    const { startedAt, desiredStatus } = task.wire;
    if (startedAt === undefined || desiredStatus === "STOPPED" || now() - startedAt < grace) continue;
    const bad = healthOf(world, service, task).find(({ state }) => state === "unhealthy");
    if (bad)
      void task.stop(
        "ServiceSchedulerInitiated",
        `Task failed ELB health checks in (target-group ${bad.group})`,
      );
  }
}

/** Takes a task out of its groups, waits until its requests have their answers, and stops it. */
function leave(world: ServiceWorld, service: Service, deployment: Deployment, task: Task): void {
  deployment.tasks = deployment.tasks.filter((other) => other !== task);
  deployment.leaving.add(task);
  task.wire.desiredStatus = "STOPPED";
  const go = async () => {
    try {
      await deregister(world, service, task);
      await drained(world, service, task);
    } catch (error) {
      tell(service, `was unable to drain a task: ${error instanceof Error ? error.message : String(error)}`);
    }
    await task.stop(
      "ServiceSchedulerInitiated",
      `Scaling activity initiated by (deployment ${deployment.id})`,
    );
    deployment.leaving.delete(task);
    service.wake();
  };
  world.inBackground(go());
}

async function drained(world: ServiceWorld, service: Service, task: Task): Promise<void> {
  const limits = await Promise.all(targetsOf(service).map(([group]) => deregistrationDelay(world, group)));
  const limit = now() + Math.max(0, ...limits);
  while (
    !world.isStopping() &&
    now() < limit &&
    healthOf(world, service, task).some(({ state }) => state === "draining")
  ) {
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

async function deregistrationDelay({ moto }: ServiceWorld, group: string): Promise<number> {
  const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group });
  const { Attributes = [] } = await moto.balancers.send(command);
  const delay = Attributes.find(({ Key }) => Key === "deregistration_delay.timeout_seconds");
  return Number(delay?.Value ?? 300);
}
