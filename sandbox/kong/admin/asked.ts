import type { IncomingMessage } from "node:http";

/** What a request to the Admin API asks for. */
export interface Asked {
  method: string;
  /** The decoded parts of the path. */
  parts: string[];
  query: URLSearchParams;
  request: IncomingMessage;
}

export type Answer = [status: number, body?: unknown];
