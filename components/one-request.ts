import http from "node:http";
import https from "node:https";

/** What a gateway answers to one request. */
export interface Answer {
  status: number;
  body: string;
}

/** One request to a gateway. A `host` among the headers is sent, and a certificate is held to it. */
export interface Asked {
  method: string;
  headers?: Record<string, string>;
  requestBody?: string;
}

/**
 * One request on a connection of its own; `limit` in milliseconds. `fetch` would send a host of its own choice in place of
 * one among the headers.
 */
export function ask(url: string, { method, headers, requestBody }: Asked, limit: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith("https:") ? https : http;
    const sent = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(limit) });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.end(requestBody);
  });
}
