import type { Way } from "./clear-way";
import { isOurs } from "./live/tags";
import { findBalancer, findSplit } from "./live/weights";
import { cloudWatchLogs, elb } from "./sdk";

/** Takes the gateway's load balancer away that no state knows of. One that splits traffic is told and left. */
export async function clearBalancer({ clients, names, split, limit }: Way): Promise<void> {
  const arn = (await findBalancer(clients, names.balancer))?.LoadBalancerArn;
  if (arn === undefined) return;
  if (!(await isOurs(clients, names, arn)) || (await findSplit(clients, split))) {
    throw new Error(
      `there is a load balancer ${names.balancer} that this stack's state does not know: it is left as it is. It may be another ` +
        `stack's: gateway:aws.name sets the name.`,
    );
  }
  const { DeleteLoadBalancerCommand, waitUntilLoadBalancersDeleted } = elb();
  const client = clients.balancers();
  await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  const waiting = { client, maxWaitTime: limit, minDelay: 1, maxDelay: 6 };
  await waitUntilLoadBalancersDeleted(waiting, { LoadBalancerArns: [arn] });
}

/** Takes the gateway's log group away that no state knows of. One that holds anything is told and left. */
export async function clearLogGroup({ clients, names }: Way): Promise<void> {
  const { DeleteLogGroupCommand, DescribeLogStreamsCommand } = cloudWatchLogs();
  const logGroupName = names.logGroup;
  const found = await clients
    .logs()
    .send(new DescribeLogStreamsCommand({ logGroupName, limit: 1 }))
    .catch((error: unknown) => {
      if ((error as Error).name === "ResourceNotFoundException") return undefined;
      throw error;
    });
  if (!found) return;
  if (found.logStreams?.length) {
    throw new Error(
      `there is a log group ${logGroupName} with lines in it that this stack's state does not know: it is left as it is. ` +
        `Delete it, or give the gateway another name by gateway:aws.name.`,
    );
  }
  await clients.logs().send(new DeleteLogGroupCommand({ logGroupName }));
}
