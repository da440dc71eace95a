import { once } from "node:events";
import type { Server } from "node:net";
import type { ListenerState } from "./state";

/** Listens where the listener says, or throws with what is in the way. */
export async function bind(server: Server, { address, port }: ListenerState): Promise<void> {
  server.listen({ host: address, port });
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === "EACCES" && port < 1024
        ? "an ordinary user may not listen below port 1024 here: give the listener another port"
        : code === "EADDRINUSE"
          ? "somebody listens there already"
          : message;
    throw new Error(`the balancer cannot listen on ${address}:${port}: ${why}`, { cause: error });
  }
}

/** A listener that is open. */
export interface OpenListener {
  /** What it was last told; its rules are read anew for each request. */
  state: ListenerState;
  /** Takes other rules over; what is in flight goes on under the ones it came in under. */
  update(state: ListenerState): void;
  /** Takes no more; what is in flight goes on. */
  close(): void;
  /** Cuts what is left. */
  destroy(): void;
}
