import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { sleep } from "../cli/prefix";
import type { Listener } from "./listen";
import type { Traffic } from "./traffic";

/** The listening sockets of a node. */
export class Servers {
  private readonly servers: Server[] = [];
  /** Every connection, with its answers that have not left to the last byte. */
  private readonly busy = new Map<Socket, Set<ServerResponse>>();
  private draining = false;

  constructor(private readonly traffic: Traffic) {}

  async listen(listeners: Listener[], handle: RequestListener): Promise<void> {
    for (const { host, port } of listeners) {
      const server = createServer(
        { keepAliveTimeout: 75_000, requestTimeout: 0, noDelay: true },
        (request, response) => {
          this.hold(request.socket, response);
          handle(request, response);
        },
      );
      server.on("connection", (socket) => {
        this.busy.set(socket, new Set());
        socket.once("close", () => this.busy.delete(socket));
      });
      this.traffic.watch(server);
      await bind(server, host, port);
      this.servers.push(server);
    }
  }

  /** No new connections; idle ones are closed, busy ones after their answer. Resolves when none is left. */
  async drain(): Promise<void> {
    this.draining = true;
    // Not http's own close: that one drops connections whose answer is written but has not left yet.
    const closed = this.servers.map(
      (server) => new Promise((done) => NetServer.prototype.close.call(server, done)),
    );
    // What has already arrived on an idle connection is read first.
    await new Promise((done) => setImmediate(done));
    for (const [socket, answers] of this.busy) {
      if (answers.size === 0) socket.destroySoon();
      for (const answer of answers) lastOnConnection(answer);
    }
    await Promise.all(closed);
  }

  private hold(socket: Socket, response: ServerResponse): void {
    if (this.draining) lastOnConnection(response);
    const answers = this.busy.get(socket);
    answers?.add(response);
    response.once("close", () => {
      answers?.delete(response);
      if (this.draining && answers?.size === 0) socket.destroySoon();
    });
  }
}

/** The client is told to close, unless the answer has begun. */
function lastOnConnection(response: ServerResponse): void {
  if (!response.headersSent) response.shouldKeepAlive = false;
}

/** As nginx: a port in use is tried again for a moment, then it is an error. */
async function bind(server: Server, host: string, port: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await new Promise<void>((done, fail) => {
        server.once("error", fail);
        server.listen({ host, port, backlog: 16384 }, () => {
          server.off("error", fail);
          done();
        });
      });
      return;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE")
        throw new Error(`nginx: [emerg] bind() to ${host}:${port} failed (${message})`, { cause: error });
      if (attempt === 5) {
        throw new Error(`nginx: [emerg] bind() to ${host}:${port} failed (98: Address already in use)`, {
          cause: error,
        });
      }
      await sleep(500);
    }
  }
}
