import type { Json } from "../entities/schema";
import type { Context, Handler, Outcome } from "./types";

/** Who the keys belong to; undefined if the database could not tell. */
export interface Identities {
  byKey: Map<string, Json>;
  consumers: Map<string, Json>;
}

export function identities(
  consumers: Json[] | undefined,
  credentials: Json[] | undefined,
): Identities | undefined {
  if (!consumers || !credentials) return undefined;
  return {
    byKey: new Map(credentials.map((one) => [String(one.key), one])),
    consumers: new Map(
      consumers.flatMap((one) => [String(one.id), String(one.username)].map((key) => [key, one])),
    ),
  };
}

export const keyAuth =
  (known: Identities | undefined): Handler =>
  (config, context) => {
    if (config.run_on_preflight === false && context.request.method === "OPTIONS") return undefined;
    const refused = authenticate(config, context, known);
    if (!refused || typeof config.anonymous !== "string") return refused;
    const anonymous = known?.consumers.get(config.anonymous);
    if (!anonymous) {
      const message = `anonymous consumer ${config.anonymous} is configured but doesn't exist`;
      return { status: 500, body: { message } };
    }
    identify(context, anonymous, undefined);
    return undefined;
  };

function authenticate(config: Json, context: Context, known: Identities | undefined): Outcome | undefined {
  const realm = typeof config.realm === "string" ? `Key realm="${config.realm}"` : "Key";
  const unauthorized = (message: string) => ({
    status: 401,
    body: { message },
    headers: { "www-authenticate": realm },
  });
  const key = findKey(config, context);
  if (key === "duplicate") return unauthorized("Duplicate API key found");
  if (!key?.value) return unauthorized("No API key found in request");
  if (!known) return { status: 500, body: { message: "An unexpected error occurred" } };
  const credential = known.byKey.get(key.value);
  const consumer = credential && known.consumers.get((credential.consumer as { id: string }).id);
  if (!credential || !consumer) return unauthorized("Unauthorized");
  identify(context, consumer, credential);
  return undefined;
}

function findKey(config: Json, context: Context): { value: string } | "duplicate" | undefined {
  for (const name of config.key_names as string[]) {
    const header = config.key_in_header === false ? undefined : context.request.headers[name.toLowerCase()];
    const query = new URLSearchParams(context.query);
    const found =
      header !== undefined ? [header].flat() : config.key_in_query === false ? [] : query.getAll(name);
    if (found.length > 1) return "duplicate";
    if (found[0] === undefined) continue;
    if (config.hide_credentials === true) {
      context.upstreamHeaders.set(name.toLowerCase(), null);
      query.delete(name);
      context.query = query.toString();
    }
    return { value: found[0] };
  }
  return undefined;
}

function identify(context: Context, consumer: Json, credential: Json | undefined): void {
  context.consumer = consumer;
  context.credential = credential;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  context.upstreamHeaders.set("x-consumer-id", text(consumer.id));
  context.upstreamHeaders.set("x-consumer-custom-id", text(consumer.custom_id));
  context.upstreamHeaders.set("x-consumer-username", text(consumer.username));
  context.upstreamHeaders.set("x-credential-identifier", text(credential?.id));
  context.upstreamHeaders.set("x-anonymous-consumer", credential ? null : "true");
}
