import type { Clients } from "../clients";
import { type Names, ownTag } from "../names";
import { elb } from "../sdk";

/** Whether a part of a load balancer, by its ARN, bears the gateway's own tag. */
export async function isOurs(clients: Clients, names: Names, arn: string): Promise<boolean> {
  const { DescribeTagsCommand } = elb();
  const { TagDescriptions = [] } = await clients
    .balancers()
    .send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  const tags = TagDescriptions[0]?.Tags ?? [];
  return tags.some(({ Key, Value }) => Key === ownTag && Value === names.gateway);
}
