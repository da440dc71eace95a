import type { Clients } from "./clients";
import { containerName } from "./container-name";
import { cloudWatchLogs } from "./sdk";

/** The lines that a container has written, in order. Our definitions name their streams after their families. */
export async function readLines(
  clients: Clients,
  logGroup: string,
  definition: string,
  taskArn: string,
): Promise<string> {
  const { GetLogEventsCommand } = cloudWatchLogs();
  const family = (definition.split("/").at(-1) ?? definition).split(":")[0];
  const logStreamName = `${family}/${containerName}/${taskArn.split("/").at(-1)}`;
  const lines: string[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = await clients
      .logs()
      .send(
        new GetLogEventsCommand({ logGroupName: logGroup, logStreamName, startFromHead: true, nextToken }),
      )
      .catch((error: unknown) => {
        // A container that wrote nothing has no stream.
        if ((error as Error).name === "ResourceNotFoundException") return undefined;
        throw error;
      });
    for (const { message = "" } of page?.events ?? []) lines.push(message);
    // The last page is told by a token that does not change.
    if (!page?.nextForwardToken || page.nextForwardToken === nextToken) return lines.join("\n");
    nextToken = page.nextForwardToken;
  }
}
