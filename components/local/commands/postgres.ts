import { removeCluster, startCluster } from "../postgres/cluster";
import { filesOf } from "../layout";
import { withLock } from "../lock";
import { json, text } from "../../command-input";

const lock = () => ({
  directory: text("directory"),
  piece: "postgres",
  purpose: "starting or stopping PostgreSQL",
  limit: json<number>("lockLimit"),
});

/** Makes and starts the cluster that holds the slots' databases. */
export function start(): Promise<{ at: string }> {
  const directory = text("directory");
  return withLock(lock(), async () => {
    await startCluster(directory, json<number>("port"));
    return { at: filesOf(directory).postgres };
  });
}

/** Stops the cluster and takes it away. */
export function stop(): Promise<void> {
  return withLock(lock(), () => removeCluster(text("directory")));
}
