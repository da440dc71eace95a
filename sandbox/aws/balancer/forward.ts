import { randomBytes } from "node:crypto";
import { type Agent, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { answerError } from "./answers";
import type { Picked } from "./group";

/** The balancer's idle timeout, in milliseconds, as AWS's default: a target that says nothing for so long is given up. */
export const idleTimeout = 60_000;

/** These are of one connection and not of the request. */
const ofTheConnection = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Passes a request on to a target and its answer back, both as streams. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, agent, scheme }: { target: Picked; agent: Agent; scheme: string },
): void {
  const { host, port } = target;
  const { method, url: path } = request;
  const headers = { ...passedOn(request), ...added(request, scheme) };
  const outgoing = send({ host, port, method, path, headers, agent, timeout: idleTimeout });
  outgoing.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer));
    answer.pipe(response);
    // A target that breaks off in the middle of its answer: the client must not take the rest for the whole.
    answer.once("close", () => void (answer.complete || response.destroy()));
  });
  const fail = (status: 502 | 504) => {
    if (!response.headersSent && !response.destroyed) answerError(request, response, status);
  };
  outgoing.once("timeout", () => {
    fail(504);
    outgoing.destroy();
  });
  outgoing.on("error", () => fail(502));
  response.once("close", () => {
    target.done();
    // The client is gone before its answer was whole.
    if (!response.writableFinished) outgoing.destroy();
  });
  request.pipe(outgoing);
}

/** Its headers, each as often as it came: without those that are of the connection alone. */
function passedOn({ headersDistinct }: IncomingMessage): Record<string, string | string[]> {
  const named = (headersDistinct.connection ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  const kept = Object.entries(headersDistinct).filter(
    ([name]) => !ofTheConnection.has(name) && !named.includes(name),
  );
  return Object.fromEntries(
    kept.map(([name, values = []]) => [name, values.length > 1 ? values : (values[0] ?? "")]),
  );
}

function added({ headers, socket }: IncomingMessage, scheme: string): Record<string, string> {
  const before = headers["x-forwarded-for"];
  const from = socket.remoteAddress ?? "";
  const now = Math.floor(Date.now() / 1_000).toString(16);
  return {
    "x-forwarded-for": before === undefined ? from : `${String(before)}, ${from}`,
    "x-forwarded-proto": scheme,
    "x-forwarded-port": String(socket.localPort),
    "x-amzn-trace-id": String(
      headers["x-amzn-trace-id"] ?? `Root=1-${now}-${randomBytes(12).toString("hex")}`,
    ),
    // A body of unknown length stays one, with a method that usually has none too.
    ...(headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" }),
  };
}
