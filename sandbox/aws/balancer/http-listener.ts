import { type Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { answerError, answerOurselves } from "./answers";
import { bind, type OpenListener } from "./bind";
import { chooseTarget, type Groups } from "./choose";
import { forward, idleTimeout } from "./forward";
import { compileRules } from "./rules";
import type { ListenerState } from "./state";

/** Opens an application balancer's listener. */
export async function openHttp(first: ListenerState, groups: Groups, agent: Agent): Promise<OpenListener> {
  let state = first;
  let decide = compileRules(first.rules);
  let closing = false;

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    response.once("close", () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    // A client that goes away in the middle is no error of ours.
    request.on("error", () => undefined);
    const { method = "", url: path = "/", headers, socket } = request;
    const rule = decide({ method, path, headers, source: socket.remoteAddress ?? "" });
    if (rule?.fixed) return answerOurselves(request, response, rule.fixed);
    const target = rule && chooseTarget(rule, groups);
    if (!target) return answerError(request, response, 503);
    forward(request, response, { target, agent, scheme: state.protocol.toLowerCase() });
  };

  const server = createServer({ keepAliveTimeout: idleTimeout, requestTimeout: 0 }, handle);
  await bind(server, first);
  return {
    get state() {
      return state;
    },
    update(next) {
      decide = compileRules(next.rules);
      state = next;
    },
    close() {
      closing = true;
      server.close();
    },
    destroy: () => server.closeAllConnections(),
  };
}
