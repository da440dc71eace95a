import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../config";
import { ENTITIES } from "../entities/index";
import type { Entity } from "../entities/types";
import { report, type Store } from "../node/store";
import type { Status } from "../status";
import { serverToken, type Version } from "../version";
import { Collections } from "./collections";
import { ApiError, methodNotAllowed, notFound } from "./errors";
import { absent } from "./absent";
import { rootInfo } from "./info";
import { schemas } from "./schemas";
import type { Answer, Asked } from "./asked";
import { tags } from "./tags";

/** Kong's Admin API. */
export class AdminApi {
  private readonly collections: Collections;

  constructor(
    private readonly config: Config,
    private readonly version: Version,
    private readonly nodeId: string,
    private readonly store: Store,
    private readonly status: Status,
  ) {
    this.collections = new Collections(store, version);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const started = performance.now();
    this.serve(request)
      .catch((error: unknown): Answer => {
        if (error instanceof ApiError) return [error.status, error.body];
        report(`${request.method} ${request.url}: ${(error as Error).message}`);
        return [500, { message: "An unexpected error occurred" }];
      })
      .then(([status, body]) => {
        const text = body === undefined ? "" : JSON.stringify(body);
        response.writeHead(status, {
          "Content-Type": "application/json; charset=utf-8",
          "Access-Control-Allow-Origin": "*",
          "Content-Length": Buffer.byteLength(text),
          "X-Kong-Admin-Latency": Math.round(performance.now() - started),
          Server: serverToken(this.version),
        });
        response.end(request.method === "HEAD" ? undefined : text);
      })
      .catch(() => response.destroy());
  };

  private async serve(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://admin");
    let parts = url.pathname.split("/").filter((part) => part !== "");
    try {
      parts = parts.map(decodeURIComponent);
    } catch {
      throw notFound();
    }
    // Enterprise clients name the workspace first; there is only the default one.
    if (parts[0] === "default") parts = parts.slice(1);
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    const asked: Asked = { method, parts, query: url.searchParams, request };
    if (method === "OPTIONS") return [204];
    if (parts.length === 0 || (parts.length === 1 && parts[0] === "kong"))
      return this.read(asked, () => this.info());
    if (parts[0] === "status") return this.serveStatus(asked);
    if (parts[0] === "schemas") return schemas(asked, this.version);
    if (parts[0] === "tags") return this.read(asked, () => tags(asked, this.store));
    const entity = ENTITIES.find(({ path }) => path === parts[0]);
    if (entity) return this.entity(entity, asked);
    return absent(asked, this.version, this.store);
  }

  private info(): Promise<unknown> {
    return rootInfo(this.config, this.version, this.nodeId, this.store);
  }

  private async read(asked: Asked, body: () => Promise<unknown>): Promise<Answer> {
    if (asked.method !== "GET") throw methodNotAllowed();
    return [200, await body()];
  }

  private async serveStatus(asked: Asked): Promise<Answer> {
    if (asked.parts.length === 1) return this.read(asked, () => this.status.status());
    throw notFound();
  }

  /** A write is in force on this node before its answer: other nodes follow. */
  private async entity(entity: Entity, asked: Asked): Promise<Answer> {
    const answer = await this.collections.serve(entity, asked);
    if (asked.method !== "GET") await this.store.reload().catch((error: unknown) => report(String(error)));
    return answer;
  }
}
