import { createHash, randomBytes } from "node:crypto";
import { Agent, type AgentOptions, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { Body } from "./exchange";
import type { Connection, Method } from "./ledger";
import type { CompleteOptions } from "./options";

/** What the next request is like. */
export interface Turn {
  connection: Connection;
  method: Method;
  path: string;
  agent: Agent;
  body: Body;
}

export interface Clients {
  next(): Turn;
  close(): void;
}

/** Bodies are made once: making and hashing them anew would cost more than sending them. */
const bodies = 64;
const none: Body = toBody(Buffer.alloc(0));

/**
 * A keep-alive client as a careful one is: a connection whose end it has seen is not used again. (Node's own agent
 * leaves a moment between the end and the removal, in which it would still send on it.) What remains is the race that
 * no client can avoid, and it is counted.
 */
class KeepAliveAgent extends Agent {
  constructor(options: AgentOptions = {}) {
    // First in, first out: the agent discards closed connections only at the front of its queue.
    super({ ...options, keepAlive: true, scheduling: "fifo" });
  }

  override createConnection(
    options: ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ) {
    const socket = super.createConnection(options, done);
    socket?.once("end", () => socket.destroy());
    return socket;
  }
}

/** Deals out methods, connections and paths in exact shares: no chance, so that runs can be compared. */
export function openClients(options: CompleteOptions): Clients {
  const kept = Array.from({ length: options.keptConnections }, () => new KeepAliveAgent());
  const fresh = new Agent({ keepAlive: false });
  const pool = Array.from({ length: bodies }, (_, i) => makeBody(i));
  const newOrKept = alternate(options.newConnectionShare);
  // A turn-taking of its own for each kind, or else every POST might fall on a new connection, and every path on a GET.
  const kinds = { kept: methods(options), new: methods(options) };
  let turn = 0;
  return {
    next() {
      const connection = newOrKept() ? "new" : "kept";
      const { method, path } = kinds[connection]();
      const body = method === "POST" ? at(pool, turn) : none;
      const agent = connection === "new" ? fresh : at(kept, turn);
      turn++;
      return { connection, method, path, agent, body };
    },
    close() {
      for (const agent of [fresh, ...kept]) agent.destroy();
    },
  };
}

function methods({ postShare, paths }: CompleteOptions): () => { method: Method; path: string } {
  const postOrGet = alternate(postShare);
  const counts = { GET: 0, POST: 0 };
  return () => {
    const method = postOrGet() ? "POST" : "GET";
    return { method, path: at(paths, counts[method]++) };
  };
}

/** True for the given share of its calls, evenly spread. */
function alternate(share: number): () => boolean {
  let calls = 0;
  return () => {
    calls++;
    return Math.floor(calls * share) > Math.floor((calls - 1) * share);
  };
}

/** Sizes from 1 to 16 KiB, evenly spread. */
function makeBody(index: number): Body {
  return toBody(randomBytes(1024 + Math.round((index * 15 * 1024) / (bodies - 1))));
}

function toBody(bytes: Buffer): Body {
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function at<T>(list: T[], index: number): T {
  return list[index % list.length] as T;
}
