import type { Server } from "node:http";

/** What goes over a node's connections, in nginx's numbers. */
export class Traffic {
  private accepted = 0;
  private active = 0;
  private requests = 0;
  private inFlight = 0;

  watch(server: Server): void {
    server.on("connection", (socket) => {
      this.accepted += 1;
      this.active += 1;
      socket.once("close", () => (this.active -= 1));
    });
    server.on("request", (_request, response) => {
      this.requests += 1;
      this.inFlight += 1;
      response.once("close", () => (this.inFlight -= 1));
    });
  }

  statistics() {
    return {
      connections_accepted: this.accepted,
      connections_handled: this.accepted,
      connections_active: this.active,
      connections_reading: 0,
      connections_writing: this.inFlight,
      connections_waiting: Math.max(this.active - this.inFlight, 0),
      total_requests: this.requests,
    };
  }
}
