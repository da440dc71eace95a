import { randomBytes } from "node:crypto";
import { whoAnswered } from "../../sandbox/load/exchange";
import { Failed } from "./engine";

/** What the demo keeps in the gateway's database, made through the Admin API as any client would. */
export interface Configuration {
  /** Paths that the load asks for. */
  paths: string[];
  /** The path that answers only to the consumer. */
  guarded: string;
  consumer: string;
  /** The consumer's key; random, and in force as long as the demo runs. */
  key: string;
  /** Objects by name, with the ids that the gateway gave them. */
  ids: Record<string, string>;
}

const services: Record<string, string[]> = { shop: ["orders", "catalogue"], billing: ["invoices"] };
const guarded = "invoices";
const consumer = "alice";

/** Each question has a connection of its own, so that the balancer chooses anew who answers. */
async function ask(url: string, options: RequestInit = {}): Promise<Response> {
  const headers = { ...(options.headers as Record<string, string> | undefined), connection: "close" };
  return fetch(url, { ...options, headers, signal: AbortSignal.timeout(10_000) });
}

async function post(adminUrl: string, path: string, body: unknown): Promise<string> {
  const response = await ask(adminUrl + path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  const text = await response.text();
  if (response.status !== 201) {
    throw new Failed(
      `the Admin API answers POST ${path} with ${response.status}`,
      [text],
      "See the gateway's log.",
    );
  }
  return (JSON.parse(text) as { id: string }).id;
}

/** Two services with three routes to the upstream, and a consumer whose key one of the routes asks for. */
export async function configureGateway(adminUrl: string, upstreamPort: number): Promise<Configuration> {
  const ids: Record<string, string> = {};
  for (const [service, routes] of Object.entries(services)) {
    const url = `http://127.0.0.1:${upstreamPort}/${service}`;
    ids[service] = await post(adminUrl, "/services", { name: service, url });
    for (const name of routes) {
      ids[name] = await post(adminUrl, `/services/${service}/routes`, { name, paths: [`/${name}`] });
    }
  }
  const key = randomBytes(16).toString("hex");
  ids[consumer] = await post(adminUrl, "/consumers", { username: consumer });
  await post(adminUrl, `/consumers/${consumer}/key-auth`, { key });
  await post(adminUrl, `/routes/${guarded}/plugins`, { name: "key-auth" });
  const paths = Object.values(services).flatMap((routes) => routes.map((name) => `/${name}`));
  return { paths, guarded: `/${guarded}`, consumer, key, ids };
}

/** One question to the gateway, and who answered it. */
export interface Answer {
  method: "GET" | "POST";
  path: string;
  withKey: boolean;
  status: number;
  slot: string | null;
  version: string | null;
}

async function askGateway(url: string, method: "GET" | "POST", path: string, key?: string): Promise<Answer> {
  const response = await ask(url + path, {
    method,
    ...(method === "POST" ? { body: "a body" } : {}),
    headers: key === undefined ? {} : { apikey: key },
  });
  await response.body?.cancel();
  const who = whoAnswered(Object.fromEntries(response.headers));
  return { method, path, withKey: key !== undefined, status: response.status, ...who };
}

/** Asks for every route by GET and POST, and for the guarded one without the key as well. */
export async function askEveryRoute(url: string, { paths, guarded, key }: Configuration): Promise<Answer[]> {
  const asked = paths.flatMap((path) =>
    (["GET", "POST"] as const).map((method) =>
      askGateway(url, method, path, path === guarded ? key : undefined),
    ),
  );
  return Promise.all([...asked, askGateway(url, "GET", guarded)]);
}

/** Whether every route answers, and the guarded one refuses who has no key. */
export function answersAsConfigured(answers: Answer[], { guarded }: Configuration): boolean {
  return answers.every(({ path, withKey, status }) => status === (path === guarded && !withKey ? 401 : 200));
}

/** What the Admin API has under the names of the configuration: the ids must be those of before. */
export async function findMissing(adminUrl: string, { ids, consumer }: Configuration): Promise<string[]> {
  const collection = (name: string) =>
    name === consumer ? "consumers" : name in services ? "services" : "routes";
  const found = await Promise.all(
    Object.entries(ids).map(async ([name, id]) => {
      const response = await ask(`${adminUrl}/${collection(name)}/${name}`);
      const body = (await response.json()) as { id?: string };
      return body.id === id ? [] : [`${collection(name)}/${name}`];
    }),
  );
  return found.flat();
}

/** The version that the Admin API says it is, and how it answers a write. */
export async function askAdmin(
  adminUrl: string,
): Promise<{ version: string; write: number; reason: string }> {
  const { version } = (await (await ask(adminUrl)).json()) as { version: string };
  // Refused for its content if it is not refused at once, so nothing is written either way.
  const write = await ask(`${adminUrl}/services`, {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  return { version, write: write.status, reason: (await write.text()).trim() };
}
