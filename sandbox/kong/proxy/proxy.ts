import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../config";
import type { Json } from "../entities/schema";
import type { FaultSwitch } from "../faults";
import type { Snapshot } from "../node/store";
import { PluginChain } from "../plugins/chain";
import type { Counters } from "../plugins/counters";
import { identities, keyAuth } from "../plugins/key-auth";
import { rateLimiting } from "../plugins/rate-limiting";
import { correlationId, requestTermination } from "../plugins/simple";
import type { Context, Outcome } from "../plugins/types";
import { serverToken, type Version } from "../version";
import { answer } from "./answer";
import { Balancer } from "./balancer";
import { hostName, passesDown, upstreamHeaders } from "./headers";
import { Router, type Match } from "./router";
import { bodyOf, call, UpstreamPools } from "./upstream";

const MESSAGES: Record<number, string | undefined> = {
  502: "An invalid response was received from the upstream server",
  503: "name resolution failed",
  504: "The upstream server is timing out",
};

/** The gateway itself: from a client's request to the upstream's answer. */
export class Proxy {
  private router = new Router([], []);
  private balancer = new Balancer([], []);
  private plugins = new PluginChain([], {});
  private readonly pools: UpstreamPools;
  private readonly server: string;

  constructor(
    config: Config,
    version: Version,
    private readonly faults: FaultSwitch,
    private readonly local: Counters,
    private readonly cluster: Counters,
  ) {
    this.server = serverToken(version);
    this.pools = new UpstreamPools(Number(config.values.upstream_keepalive_idle_timeout) * 1000);
  }

  /** From now on requests are served by this configuration. */
  use({ routes, services, plugins, upstreams, targets, consumers, credentials }: Snapshot): void {
    this.router = new Router(routes, services);
    this.balancer = new Balancer(upstreams, targets);
    this.plugins = new PluginChain(plugins, {
      "correlation-id": correlationId,
      "key-auth": keyAuth(identities(consumers, credentials)),
      "rate-limiting": rateLimiting(this.local, this.cluster),
      "request-termination": requestTermination,
    });
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const started = performance.now();
    const requestId = randomBytes(16).toString("hex");
    let context: Context | undefined;
    const own = (outcome: Outcome) =>
      answer(response, {
        ...outcome,
        requestId,
        started,
        server: this.server,
        extra: context?.responseHeaders ?? [],
      });
    this.serve(request, response, started, requestId, (made) => (context = made))
      .then((outcome) => outcome && own(outcome))
      .catch((error: unknown) => {
        if (!request.destroyed) process.stderr.write(`request failed: ${String(error)}\n`);
        own(failed(500, "An unexpected error occurred", requestId));
      });
  };

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    started: number,
    requestId: string,
    made: (context: Context) => void,
  ): Promise<Outcome | undefined> {
    const fault = this.faults.current();
    if (fault.delay > 0) await new Promise((done) => setTimeout(done, fault.delay));
    if (fault.errorShare > 0 && Math.random() < fault.errorShare) {
      return failed(500, "An unexpected error occurred", requestId);
    }
    const [path = "/", query = ""] = splitUrl(request.url ?? "/");
    const match = this.router.match({
      method: request.method ?? "GET",
      host: hostName(request),
      path,
      header: (name) => request.headers[name],
    });
    if (!match) return failed(404, "no Route matched with those values", requestId);
    const context: Context = {
      request,
      path,
      query,
      requestId,
      clientIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
      route: match.route,
      service: match.service,
      upstreamHeaders: new Map(),
      responseHeaders: new Map(),
    };
    made(context);
    if (!(match.route.protocols as string[]).includes("http"))
      return tlsNeeded(match.route, request, requestId);
    const outcome = await this.plugins.run(context);
    if (outcome) return outcome;
    if (!match.service) return failed(503, "no Service found with those values", requestId);
    return this.forward(context, match, match.service, response, started);
  }

  private async forward(
    context: Context,
    match: Match,
    service: Json,
    response: ServerResponse,
    started: number,
  ): Promise<Outcome | undefined> {
    const { request, requestId } = context;
    const body = await bodyOf(request);
    const stripped = match.route.strip_path === true && match.matched !== "";
    const path = joinPath(service.path, stripped ? context.path.slice(match.matched.length) : context.path);
    let status = 503;
    for (let left = Number(service.retries ?? 5); left >= 0; left -= 1) {
      const peer = this.balancer.next(service);
      if (!peer) return failed(503, "failure to get a peer from the ring-balancer", requestId);
      const host = match.route.preserve_host === true ? (request.headers.host ?? peer.host) : peer.host;
      const sent = performance.now();
      const failure = await call(
        this.pools,
        {
          origin: peer.origin,
          path: context.query === "" ? path : `${path}?${context.query}`,
          method: request.method ?? "GET",
          headers: upstreamHeaders(context, {
            host,
            port: request.socket.localPort ?? 0,
            server: this.server,
            prefix: stripped ? match.matched.replace(/\/$/, "") || "/" : undefined,
          }),
          body,
          connectTimeout: Number(service.connect_timeout),
          readTimeout: Number(service.read_timeout),
        },
        response,
        (code, headers) => this.begin(response, context, code, headers, started, sent),
      );
      if (!failure) return undefined;
      status = failure.status;
      if (!failure.again || response.destroyed) break;
    }
    return failed(status, MESSAGES[status] ?? "An unexpected error occurred", requestId);
  }

  private begin(
    response: ServerResponse,
    context: Context,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    started: number,
    sent: number,
  ): void {
    const now = performance.now();
    response.statusCode = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined && passesDown(name)) response.setHeader(name, value);
    }
    for (const [name, value] of context.responseHeaders) response.setHeader(name, value);
    const via = headers.via;
    response.setHeader("Via", `${via === undefined ? "" : `${String(via)}, `}1.1 ${this.server}`);
    response.setHeader("X-Kong-Upstream-Latency", Math.round(now - sent));
    response.setHeader("X-Kong-Proxy-Latency", Math.round(sent - started));
    response.setHeader("X-Kong-Request-Id", context.requestId);
  }
}

function failed(status: number, message: string, requestId: string): Outcome {
  return { status, body: { message, request_id: requestId } };
}

/** A route that takes only HTTPS: clients without it are told, or sent there. */
function tlsNeeded(route: Json, request: IncomingMessage, requestId: string): Outcome {
  const status = Number(route.https_redirect_status_code ?? 426);
  const outcome = failed(status, "Please use HTTPS protocol", requestId);
  return status === 426
    ? { ...outcome, headers: { connection: "Upgrade", upgrade: "TLS/1.2, HTTP/1.1" } }
    : { ...outcome, headers: { location: `https://${hostName(request)}${request.url ?? "/"}` } };
}

function splitUrl(url: string): string[] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}

function joinPath(base: unknown, rest: string): string {
  const root = typeof base === "string" ? base : "";
  if (rest === "" || rest === "/")
    return root === "" ? "/" : root.endsWith("/") || rest === "" ? root : `${root}/`;
  return `${root.replace(/\/$/, "")}${rest.startsWith("/") ? "" : "/"}${rest}`;
}
