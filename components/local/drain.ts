import { requestsInFlight } from "./haproxy/runtime";
import { waitUntil } from "../wait-until";

/** Waits until these servers answer no request any more. At the limit it throws with the count; nothing is cut off. */
export async function drainServers(directory: string, servers: string[], limit: number): Promise<void> {
  let left: string[] = [];
  const quiet = async () => {
    const inFlight = await requestsInFlight(directory);
    left = servers.filter((name) => (inFlight[name] ?? 0) > 0).map((name) => `${inFlight[name]} on ${name}`);
    return left.length === 0;
  };
  await waitUntil(
    quiet,
    { limit, every: 100 },
    () =>
      `requests are still in flight after ${limit} s: ${left.join(", ")}. The weights stay as they are and nothing is ` +
      `deleted; the next update waits on. gateway:drainLimit sets the limit.`,
  );
}
