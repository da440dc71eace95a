import { type BalancerSettings, removeBalancer, startBalancer } from "../haproxy/process";
import { withLock } from "../lock";
import { json, text } from "../../command-input";

const lock = () => ({
  directory: text("directory"),
  piece: "weights",
  purpose: "starting or stopping the balancer",
  limit: json<number>("lockLimit"),
});

/** Makes and starts the balancer, with no server yet. */
export function start(): Promise<{ started: true }> {
  return withLock(lock(), async () => {
    await startBalancer(text("directory"), json<BalancerSettings>("settings"));
    return { started: true as const };
  });
}

/** Stops the balancer and takes its files away. */
export function stop(): Promise<void> {
  return withLock(lock(), () => removeBalancer(text("directory")));
}
