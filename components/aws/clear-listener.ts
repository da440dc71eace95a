import type { Way } from "./clear-way";
import { listenerOn } from "./live/weights";
import { elb } from "./sdk";

/** Clears the way for a listener that is to be made with these inputs. */
export const listenerCleared =
  (way: Way) =>
  ({ loadBalancerArn, port }: Record<string, unknown>) =>
    clearListener(way, String(loadBalancerArn), Number(port));

/** Takes a listener of the gateway's own balancer away that no state knows of: it would hold its port. */
async function clearListener({ clients }: Way, balancer: string, port: number): Promise<void> {
  const left = await listenerOn(clients, balancer, port);
  if (left?.ListenerArn === undefined) return;
  const { DeleteListenerCommand } = elb();
  await clients.balancers().send(new DeleteListenerCommand({ ListenerArn: left.ListenerArn }));
}
