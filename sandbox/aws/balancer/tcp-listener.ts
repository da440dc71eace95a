import { createConnection, createServer, type Socket } from "node:net";
import { bind, type OpenListener } from "./bind";
import { chooseTarget, type Groups } from "./choose";
import { compileRules } from "./rules";
import type { ListenerState } from "./state";

/** Opens a network balancer's listener: each connection goes to one target and stays there. */
export async function openTcp(first: ListenerState, groups: Groups): Promise<OpenListener> {
  let state = first;
  let decide = compileRules(first.rules);
  const sockets = new Set<Socket>();

  const handle = (client: Socket) => {
    const rule = decide({ method: "", path: "", headers: {}, source: client.remoteAddress ?? "" });
    const target = rule && chooseTarget(rule, groups);
    if (!target) return void client.resetAndDestroy();
    // Either side may end its own direction and still read the other.
    const { host, port } = target;
    const upstream = createConnection({ host, port, allowHalfOpen: true, noDelay: true });
    upstream.once("close", target.done);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      socket.on("error", () => other.resetAndDestroy());
      socket.pipe(other);
    }
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, handle);
  await bind(server, first);
  return {
    get state() {
      return state;
    },
    update(next) {
      decide = compileRules(next.rules);
      state = next;
    },
    close: () => void server.close(),
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
