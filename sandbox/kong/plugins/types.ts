import type { IncomingMessage } from "node:http";
import type { Json } from "../entities/schema";

/** What is known of a request on its way through. */
export interface Context {
  request: IncomingMessage;
  path: string;
  query: string;
  clientIp: string;
  requestId: string;
  route: Json;
  service: Json | undefined;
  consumer?: Json | undefined;
  credential?: Json | undefined;
  /** Headers that the upstream gets; null takes one of the client's away. */
  upstreamHeaders: Map<string, string | null>;
  /** Headers that the client gets. */
  responseHeaders: Map<string, string | number>;
}

/** An answer that ends the request here. */
export interface Outcome {
  status: number;
  /** Text as it is, anything else as JSON. */
  body: unknown;
  headers?: Record<string, string>;
}

export type Handler = (config: Json, context: Context) => Outcome | undefined | Promise<Outcome | undefined>;
