import { createServer, type RequestListener, type Server } from "node:http";
import { sleep } from "../cli/prefix";
import type { Listener } from "./listen";
import type { Traffic } from "./traffic";

/** The listening sockets of a node. */
export class Servers {
  private readonly servers: Server[] = [];
  private draining = false;

  constructor(private readonly traffic: Traffic) {}

  async listen(listeners: Listener[], handle: RequestListener): Promise<void> {
    for (const { host, port } of listeners) {
      const server = createServer(
        { keepAliveTimeout: 75_000, requestTimeout: 0, noDelay: true },
        (request, response) => {
          if (this.draining) response.shouldKeepAlive = false;
          handle(request, response);
        },
      );
      this.traffic.watch(server);
      await bind(server, host, port);
      this.servers.push(server);
    }
  }

  /** No new connections; idle ones are closed, busy ones after their answer. Resolves when none is left. */
  async drain(): Promise<void> {
    this.draining = true;
    const closed = this.servers.map((server) => new Promise((done) => server.close(done)));
    // A connection whose answer had begun before ends up idle, and nobody else would close it.
    const sweep = setInterval(() => this.servers.forEach((server) => server.closeIdleConnections()), 20);
    await Promise.all(closed);
    clearInterval(sweep);
  }
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
