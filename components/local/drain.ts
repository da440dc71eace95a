import waitFor from "p-wait-for";
import { requestsInFlight } from "./haproxy/runtime";

/** Waits until these servers answer no request any more. At the limit it throws with the count; nothing is cut off. */
export async function drainServers(directory: string, servers: string[], limit: number): Promise<void> {
  let left: string[] = [];
  const quiet = async () => {
    const inFlight = await requestsInFlight(directory);
    left = servers.filter((name) => (inFlight[name] ?? 0) > 0).map((name) => `${inFlight[name]} on ${name}`);
    return left.length === 0;
  };
  await waitFor(quiet, { interval: 100, timeout: limit * 1_000 }).catch((error: unknown) => {
    if (left.length === 0) throw error;
    throw new Error(
      `requests are still in flight after ${limit} s: ${left.join(", ")}. The weights stay as they are and nothing is ` +
        `deleted; the next update waits on. gateway:drainLimit sets the limit.`,
    );
  });
}
