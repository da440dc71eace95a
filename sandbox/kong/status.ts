import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultSwitch } from "./faults";
import type { Traffic } from "./node/traffic";
import type { Store } from "./node/store";

/** The status API: `/status` tells, `/status/ready` decides. */
export class Status {
  private draining = false;

  constructor(
    private readonly store: Store,
    private readonly traffic: Traffic,
    private readonly faults: FaultSwitch,
  ) {}

  /** Always 200: whether the database can be reached is in the answer. */
  async status(): Promise<unknown> {
    const memory = process.memoryUsage();
    const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
    return {
      memory: {
        workers_lua_vms: [{ pid: process.pid, http_allocated_gc: mib(memory.heapUsed) }],
        lua_shared_dicts: {},
      },
      server: this.traffic.statistics(),
      database: { reachable: await this.store.reachable() },
    };
  }

  async ready(): Promise<{ status: number; message: string }> {
    if (this.draining) return { status: 503, message: "draining" };
    if (!(await this.store.reachable())) return { status: 503, message: "failed to connect to database" };
    if (this.faults.current().notReady) return { status: 503, message: "router builds not yet complete" };
    return { status: 200, message: "ready" };
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.serve(request)
      .then(([status, body]) => {
        response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      })
      .catch(() => response.destroy());
  };

  private async serve(request: IncomingMessage): Promise<[number, unknown?]> {
    const path = (request.url ?? "/").split("?")[0]?.replace(/(.)\/$/, "$1");
    if (path === "/status" && request.method === "GET") return [200, await this.status()];
    if (path === "/status/ready" && request.method === "GET") {
      const { status, message } = await this.ready();
      return [status, { message }];
    }
    if (path === "/status/ready" && request.method === "POST") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (!/"status"\s*:\s*"draining"/.test(Buffer.concat(chunks).toString()))
        return [400, { message: "Bad request" }];
      // There is no way back but a restart.
      this.draining = true;
      return [204];
    }
    return [404, { message: "Not found" }];
  }
}
