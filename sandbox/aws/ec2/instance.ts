import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "../containers";
import type { TaskWorld } from "../ecs/task";
import { secretValue } from "../ecs/secrets";
import type { NodeFile } from "./user-data";

/** An instance's gateway: a process that is started again when it ends, as its unit does. */
export interface Instance {
  ip: string;
  /** Ends it; what is in flight has so many seconds. */
  stop(seconds: number): Promise<void>;
}

/** After a gateway that ended by itself, in milliseconds. */
const pause = 300;

/** Boots an instance: what its unit would start, with the secrets that its role would fetch. */
export function bootInstance(world: TaskWorld, image: string, node: NodeFile, ip: string): Instance {
  let isOver = false;
  let container: Container | undefined;
  const live = async () => {
    while (!isOver) {
      try {
        const environment = { ...node.environment, ...(await secretsOf(world, node)) };
        container = await world.startContainer({ image, environment, ip, onLine: () => {} });
        // It may have been asked to end while it started.
        if (isOver) await container.stop(0);
        await container.ended;
      } catch {
        // An image that is not there, or a secret that may not be read: a unit tries again.
      }
      await sleep(pause);
    }
  };
  const ended = live();
  return {
    ip,
    async stop(seconds) {
      isOver = true;
      await container?.stop(seconds);
      await ended;
    },
  };
}

async function secretsOf(
  { moto }: TaskWorld,
  { secret, secrets }: NodeFile,
): Promise<Record<string, string>> {
  const found = Object.entries(secrets).map(async ([variable, key]) => [
    variable,
    await secretValue(moto, `${secret}:${key}::`),
  ]);
  return Object.fromEntries(await Promise.all(found)) as Record<string, string>;
}
