import type { Clients } from "./clients";
import { findInstance } from "./live/databases";
import { findInstanceGroup, groupTag } from "./live/groups";
import { isOurs } from "./live/tags";
import { findGroup, findSplit, rulesOfListener, type SplitPlace, weightsOf } from "./live/weights";
import { lifeTag, type Names, ownTag } from "./names";
import { waitUntil } from "../wait-until";
import { autoScaling, ecs, elb, rds } from "./sdk";

/** Where what a create left behind is looked for, and how long its end may take, in seconds. */
export interface Way {
  clients: Clients;
  names: Names;
  split: SplitPlace;
  limit: number;
}

/** Takes a service away that no state knows of, with its tasks. */
export async function clearService({ clients, names, limit }: Way, life: string): Promise<void> {
  const { DeleteServiceCommand, DescribeServicesCommand, waitUntilServicesInactive } = ecs();
  const client = clients.containers();
  const which = { cluster: names.cluster, services: [names.ofLife(life)] };
  const { services = [] } = await client.send(new DescribeServicesCommand(which)).catch((error: unknown) => {
    if ((error as Error).name === "ClusterNotFoundException") return { services: [] };
    throw error;
  });
  if (!services.some(({ status }) => status === "ACTIVE" || status === "DRAINING")) return;
  await client.send(
    new DeleteServiceCommand({ cluster: names.cluster, service: names.ofLife(life), force: true }),
  );
  await waitUntilServicesInactive({ client, maxWaitTime: limit, minDelay: 1, maxDelay: 6 }, which);
}

/** Takes an autoscaling group away that no state knows of, with its instances. What is somebody else's is told and left. */
export async function clearInstances({ clients, names, limit }: Way, life: string): Promise<void> {
  const name = names.ofLife(life);
  const found = await findInstanceGroup(clients, name);
  if (!found) return;
  if (groupTag(found, lifeTag) !== life || groupTag(found, ownTag) !== names.gateway) {
    throw new Error(`there is an autoscaling group ${name} that is not this gateway's: it is left as it is`);
  }
  const { DeleteAutoScalingGroupCommand } = autoScaling();
  // One with a status is on its way out already.
  if (found.Status === undefined) {
    await clients
      .groups()
      .send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }));
  }
  const isGone = async () => (await findInstanceGroup(clients, name)) === undefined;
  await waitUntil(isGone, { limit, every: 1_000 }, () => `${name} is still being deleted after ${limit} s`);
}

/** Takes a target group of a life away that no state knows of, by default that of its traffic. Refuses while it is given traffic. */
export async function clearGroup(
  { clients, names, split }: Way,
  life: string,
  name = names.ofLife(life),
): Promise<void> {
  const arn = await findGroup(clients, name);
  if (arn === undefined) return;
  const found = await findSplit(clients, split);
  if ((found?.weights[arn] ?? 0) > 0) throw new Error(`${life} is given traffic: it is not taken away`);
  const { DeleteTargetGroupCommand } = elb();
  await clients.balancers().send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
}

/**
 * Takes a rule away that no state knows of, at a priority that is ours. What is somebody else's is told and left. `target`:
 * only one that forwards to this target group.
 */
export async function clearRule(
  { clients, names }: Pick<Way, "clients" | "names">,
  listener: string,
  priority: number,
  target?: string,
): Promise<void> {
  const { DeleteRuleCommand } = elb();
  const rule = (await rulesOfListener(clients, listener)).find(
    ({ Priority }) => Priority === String(priority),
  );
  if (rule?.RuleArn === undefined) return;
  if (target !== undefined && !(target in weightsOf(rule.Actions))) return;
  if (!(await isOurs(clients, names, rule.RuleArn))) {
    throw new Error(
      `gateway:aws.balancer.rule.priority: the listener has a rule with priority ${priority} that is not this gateway's. ` +
        `Choose a priority P with P, P-1 and P-2 free.`,
    );
  }
  await clients.balancers().send(new DeleteRuleCommand({ RuleArn: rule.RuleArn }));
}

/** Clears the way for a rule that is to be made with these inputs. */
export const ruleCleared =
  (way: Way) =>
  ({ listenerArn, priority }: Record<string, unknown>) =>
    clearRule(way, String(listenerArn), Number(priority));

/**
 * Takes an instance away that no state knows of, after a last snapshot: a create that was killed goes on without us. It is
 * waited for, since one that is being made cannot be deleted.
 */
export async function clearDatabase(
  { clients, names, limit }: Way,
  life: string,
  moment: string,
): Promise<void> {
  const identifier = names.ofLife(life);
  const found = await findInstance(clients, identifier);
  if (!found) return;
  if (!found.TagList?.some(({ Key, Value }) => Key === lifeTag && Value === life)) {
    throw new Error(
      `there is a database instance ${identifier} that is not this gateway's: it is left as it is`,
    );
  }
  const { DeleteDBInstanceCommand, waitUntilDBInstanceAvailable, waitUntilDBInstanceDeleted } = rds();
  const client = clients.databases();
  const waiting = { client, maxWaitTime: limit, minDelay: 1, maxDelay: 15 };
  const which = { DBInstanceIdentifier: identifier };
  if (found.DBInstanceStatus !== "deleting") {
    await waitUntilDBInstanceAvailable(waiting, which);
    const last = `${names.snapshot(`last-${life}`)}-${moment}`;
    await client.send(new DeleteDBInstanceCommand({ ...which, FinalDBSnapshotIdentifier: last }));
  }
  await waitUntilDBInstanceDeleted(waiting, which);
}

/** A part of a name that no other run mints. */
export function mintMoment(): string {
  return new Date()
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase();
}
