import type { Way } from "./clear-way";

/* eslint-disable @typescript-eslint/no-require-imports */
const sdk = () =>
  require("@aws-sdk/client-elastic-load-balancing-v2") as typeof import("@aws-sdk/client-elastic-load-balancing-v2");
/* eslint-enable @typescript-eslint/no-require-imports */

/** Takes a listener of the gateway's own balancer away that no state knows of: it would hold its port. */
export async function clearListener({ clients }: Way, balancer: string, port: number): Promise<void> {
  const { DeleteListenerCommand, DescribeListenersCommand } = sdk();
  const client = clients.balancers();
  const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: balancer }));
  const left = Listeners.find(({ Port }) => Port === port);
  if (left?.ListenerArn === undefined) return;
  await client.send(new DeleteListenerCommand({ ListenerArn: left.ListenerArn }));
}
