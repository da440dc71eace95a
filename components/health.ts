import type { Operation } from "../products/operation";

/** Base URL of a node's port, by the port's name. */
export type PortUrl = (port: string) => string;

/** How long one question to a node may take, in milliseconds. */
const patience = 3_000;

async function get(url: string): Promise<Response> {
  // Each question has a connection of its own: a kept one would say nothing of whether the node takes new ones.
  return fetch(url, {
    signal: AbortSignal.timeout(patience),
    headers: { connection: "close" },
    redirect: "manual",
  });
}

/** Why a request could not be made, without the noise around it. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: string }).code;
  return code ?? (cause instanceof Error ? cause.message : String(cause));
}

/** "ready", or why the node is not. */
export async function askReady({ ready }: Operation, at: PortUrl): Promise<string> {
  const url = at(ready.port) + ready.path;
  try {
    const response = await get(url);
    await response.body?.cancel();
    return response.status === 200 ? "ready" : `${url} answers ${response.status}`;
  } catch (error) {
    return `${url} does not answer (${causeOf(error)})`;
  }
}

/** The version that the node says it is, or why it does not say. */
export async function askVersion({ version }: Operation, at: PortUrl): Promise<string> {
  const url = at(version.port) + version.path;
  try {
    const body = (await (await get(url)).json()) as Record<string, unknown>;
    return String(body[version.field]);
  } catch (error) {
    return `unknown: ${url} does not answer (${causeOf(error)})`;
  }
}

/** Why nodes cannot take traffic, each asked by itself: not ready, or not at this version. Empty when they can. */
export async function unhealthyNodes(
  product: Operation,
  version: string,
  nodes: Record<string, PortUrl>,
): Promise<string[]> {
  const asked = Object.entries(nodes).map(async ([node, at]) => {
    const [ready, says] = await Promise.all([askReady(product, at), askVersion(product, at)]);
    if (ready !== "ready") return [`${node} is not ready: ${ready}`];
    return says === version ? [] : [`${node} says that it is version ${says}, not ${version}`];
  });
  return (await Promise.all(asked)).flat();
}
