import { leaveBalancer } from "./leave-balancer";
import { withLock } from "./lock";
import { removeNode } from "./node";

/** How long each part of a node's end may take, in seconds. */
export interface RetireLimits {
  lock: number;
  drain: number;
  stop: number;
}

/** Drains a node, takes it out of the balancer and stops it. Refuses while it has weight. */
export function retireNode(
  directory: string,
  node: string,
  purpose: string,
  limits: RetireLimits,
): Promise<void> {
  const lock = (piece: string) => ({ directory, piece, purpose, limit: limits.lock });
  return withLock(lock(`node-${node}`), async () => {
    await withLock(lock("weights"), () => leaveBalancer(directory, node, limits.drain));
    await removeNode(directory, node, limits.stop);
  });
}
