import { drainServers } from "./drain";
import { balancerExists, ensureRunning, keepLiveServers } from "./haproxy/process";
import { backend, liveServers, tell } from "./haproxy/runtime";
import { waitUntil } from "../wait-until";

/** How long a node waits for its slot's weight to go, before it refuses to go itself, in seconds. */
const patience = 5;

/** Takes the node's server out of the balancer once it answers nothing any more. Refuses while it has weight. */
export async function leaveBalancer(directory: string, node: string, drainLimit: number): Promise<void> {
  if (!balancerExists(directory)) return;
  await ensureRunning(directory);
  const find = async () => (await liveServers(directory)).find(({ name }) => name === node);
  if (!(await find())) return;
  const idle = async () => (await find())?.weight === 0;
  await waitUntil(
    idle,
    { limit: patience, every: 100 },
    async () =>
      `${node} has weight ${(await find())?.weight} in the balancer: it serves users and is not taken away`,
  );
  const server = `${backend}/${node}`;
  await tell(directory, [`set server ${server} state maint`]);
  await drainServers(directory, [node], drainLimit);
  // HAProxy keeps idle connections to it for a while, and deletes a server only without any.
  const deleted = () =>
    tell(directory, [`del server ${server}`]).then(
      () => true,
      () => false,
    );
  await waitUntil(deleted, { limit: 15, every: 100 }, () => `the balancer does not let go of ${node}`);
  await keepLiveServers(directory);
}
