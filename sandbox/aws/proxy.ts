import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorOf, makeFaults, type Fault, type Faults } from "./faults";
import type { Moto } from "./moto-api";
import { AwsError, errorAnswer, type Answer } from "./wire/answer";
import { readCall, type Call, type Parameters } from "./wire/call";

/** Answers one action in moto's place, or changes what moto answers. */
export type Interceptor = (call: Call) => Promise<Answer>;

/** The answer to a call when it is this service's, `undefined` to let it go to moto. */
export type Interceptors = Record<string, { actions: Record<string, Interceptor>; others?: Interceptor }>;

/** A call as tests see it. */
export interface LoggedCall {
  service: string;
  action: string;
  parameters: Parameters;
  /** Epoch milliseconds at which it arrived. */
  at: number;
}

export interface Proxy {
  url: string;
  faults: Faults;
  calls(): LoggedCall[];
  stop(): Promise<void>;
}

/** The one URL of the emulator, on a free loopback port. Actions that no interceptor names go to moto unchanged. */
export async function startProxy(moto: Moto, interceptors: Interceptors): Promise<Proxy> {
  const faults = makeFaults();
  const calls: LoggedCall[] = [];
  const carryOut = (call: Call) => {
    const own = interceptors[call.service];
    return (own?.actions[call.action] ?? own?.others ?? moto.pass)(call);
  };
  const handle = async (call: Call): Promise<Answer | undefined> => {
    const { service, action, parameters } = call;
    calls.push({ service, action, parameters, at: Date.now() });
    const fault = faults.strike(call);
    try {
      if (!fault) return await carryOut(call);
      if (fault.after) await carryOut(call);
      return fault.hang ? undefined : struck(call, fault);
    } catch (error) {
      if (error instanceof AwsError) return errorAnswer(call, error);
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return errorAnswer(call, new AwsError("InternalFailure", `the emulator failed: ${message}`, 500));
    }
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void answer(request, response, handle).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    calls: () => [...calls],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function struck(call: Call, fault: Fault): Answer {
  const { code, message, status } = errorOf(fault);
  return errorAnswer(call, new AwsError(code, message, status));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (call: Call) => Promise<Answer | undefined>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "GET", url = "/", headers } = request;
  const given = await handle(readCall(method, url, headers, Buffer.concat(chunks)));
  if (!given || response.destroyed) return;
  response.writeHead(given.status, { ...given.headers, "content-length": Buffer.byteLength(given.body) });
  response.end(given.body);
}
