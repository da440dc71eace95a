import { randomUUID } from "node:crypto";
import type { Handler } from "./types";

const MESSAGES: Record<number, string | undefined> = {
  401: "Unauthorized",
  404: "Not found",
  405: "Method not allowed",
  500: "An unexpected error occurred",
  502: "Bad Gateway",
  503: "Service unavailable",
};

export const requestTermination: Handler = (config, { request, query }) => {
  const trigger = config.trigger;
  if (typeof trigger === "string") {
    const asked =
      request.headers[trigger.toLowerCase()] !== undefined || new URLSearchParams(query).has(trigger);
    if (!asked) return undefined;
  }
  const status = Number(config.status_code);
  if (typeof config.body === "string") {
    const type =
      typeof config.content_type === "string" ? config.content_type : "application/json; charset=utf-8";
    return { status, body: config.body, headers: { "content-type": type } };
  }
  const message = typeof config.message === "string" ? config.message : MESSAGES[status];
  return { status, body: message === undefined ? "" : { message } };
};

let counter = 0;
const worker = randomUUID();

export const correlationId: Handler = (config, { request, upstreamHeaders, responseHeaders }) => {
  const name = String(config.header_name);
  const given = request.headers[name.toLowerCase()];
  const id =
    typeof given === "string" && given !== ""
      ? given
      : config.generator === "uuid"
        ? randomUUID()
        : `${worker}#${(counter += 1)}`;
  upstreamHeaders.set(name.toLowerCase(), id);
  if (config.echo_downstream === true) responseHeaders.set(name, id);
  return undefined;
};
