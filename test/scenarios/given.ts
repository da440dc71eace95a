import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { liveServers } from "../../components/local/haproxy/runtime";
import { slotWeights } from "../../components/local/haproxy/weights";
import { portsOf } from "../../components/local/layout";
import { type Access, withClient } from "../../components/local/postgres/client";
import { superuserAccess } from "../../components/local/postgres/database";
import { listSnapshots } from "../../components/local/postgres/snapshot";
import type { SlotName } from "../../products/release";
import { startTransit, type Transit } from "../../sandbox/transit";
import { newStack, type Ran, type Stack, type StackConfig } from "../../tools/stack";

/** Longest that one step of a scenario takes on a busy machine, in milliseconds. */
export const stepLimit = 600_000;

interface GivenOptions {
  /** The state of another stack, which this one refers to. */
  sharedState?: () => string;
  /** Whether its secrets are encrypted with a passphrase, which takes each command longer. */
  passphrase?: boolean;
}

/**
 * A stack that the scenarios of one `describe` share, in their order. It is gone after them, whatever they did; what it
 * printed last is shown when one fails.
 */
export function givenStack(name: string, options: GivenOptions = {}): { readonly stack: Stack } {
  let stack: Stack | undefined;
  let transit: Transit | undefined;
  let printed = "";
  before(async function () {
    this.timeout(stepLimit);
    if (!options.passphrase) transit = await startTransit();
    stack = await newStack(name, {
      say: (text) => (printed += text),
      state: options.sharedState?.(),
      secrets: transit,
    });
  });
  beforeEach(() => (printed = ""));
  afterEach(function () {
    if (this.currentTest?.state === "failed") console.error(`\n${name} printed:\n${printed}`);
  });
  after(async function () {
    this.timeout(stepLimit);
    if (stack) await removeStack(stack);
    transit?.close();
  });
  return {
    get stack() {
      assert.ok(stack, `the stack ${name} is made in a before hook`);
      return stack;
    },
  };
}

/** Ends what runs of it. Whether a destroy does, the scenarios that destroy say. */
async function removeStack(stack: Stack): Promise<void> {
  let left = await processes(stack);
  for (const { pid } of left) end(pid);
  const limit = performance.now() + 30_000;
  // The database's server ends once the nodes have left it.
  while (left.length > 0 && performance.now() < limit) {
    await pause(50);
    left = await processes(stack);
  }
  for (const { pid } of left) end(pid, "SIGKILL");
  await rm(stack.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  assert.deepEqual(left, []);
}

function end(pid: number, signal: NodeJS.Signals = "SIGTERM"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Replaces the config and carries it out, which must work. */
export async function upTo(stack: Stack, config: StackConfig): Promise<Ran> {
  await stack.configure(config);
  const ran = await stack.up();
  assert.equal(ran.code, 0, ran.output);
  return ran;
}

/** Replaces the config and previews it, which must be refused: by these words, with nothing planned. */
export async function refused(
  stack: Stack,
  config: StackConfig,
  ...words: (string | RegExp)[]
): Promise<Ran> {
  await stack.configure(config);
  const ran = await stack.preview();
  assert.notEqual(ran.code, 0, `it was not refused:\n${ran.output}`);
  const text = ran.output.replace(/\s+/g, " ");
  assert.match(text, /This change is refused/);
  for (const word of words) {
    if (typeof word === "string") assert.ok(text.includes(word), `"${word}" is not in:\n${ran.output}`);
    else assert.match(text, word);
  }
  assert.doesNotMatch(text, /command:local:Command/);
  return ran;
}

/** A window that is closed now: it opens on the day after tomorrow. */
export function closedWindow(): StackConfig {
  const day = new Date(Date.now() + 2 * 86_400_000).toLocaleDateString("en", {
    weekday: "short",
    timeZone: "UTC",
  });
  return { days: [day], from: "01:00", to: "02:00", timeZone: "UTC" };
}

/** What a summary counts: `{ created: 13, updated: 3, unchanged: 20 }`. */
export function summary({ output }: Ran): Record<string, number> {
  const lines = output.slice(output.lastIndexOf("Resources:")).split("\n");
  const counts = lines.flatMap((line) => [
    ...line.matchAll(/(\d+) (?:to )?(created?|updated?|replaced?|deleted?|unchanged)/g),
  ]);
  return Object.fromEntries(counts.map(([, count, what = ""]) => [what, Number(count)]));
}

/** A second update changes nothing: no resource, and no output. */
export async function settled(stack: Stack): Promise<void> {
  const ran = await stack.up();
  assert.equal(ran.code, 0, ran.output);
  assert.deepEqual(Object.keys(summary(ran)), ["unchanged"], ran.output);
  const outputs = ran.output.slice(ran.output.lastIndexOf("Outputs:"), ran.output.lastIndexOf("Resources:"));
  assert.doesNotMatch(outputs, /^ +[-+~] /m);
}

/** What the balancer has now, as shares of the traffic. */
export async function weights(stack: Stack): Promise<Record<SlotName, number>> {
  return slotWeights(await liveServers(stack.gateway));
}

/** Routes /echo to an upstream, through the one way to the Admin API. */
export async function addRoute(stack: Stack, upstreamPort: number, name = "echo"): Promise<void> {
  const url = `http://127.0.0.1:${upstreamPort}`;
  const service = await admin(stack, "PUT", `/services/${name}`, { url });
  assert.equal(service.status, 200, await service.text());
  const route = await admin(stack, "PUT", `/services/${name}/routes/${name}`, { paths: [`/${name}`] });
  assert.equal(route.status, 200, await route.text());
}

/** A request to the Admin API, as its users send it. */
export function admin(stack: Stack, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(stack.adminUrl + path, {
    method,
    headers: { "content-type": "application/json", connection: "close" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** Which slot at which version answers a user: "green 3.10.0". */
export async function whoAnswers(stack: Stack, path = "/echo"): Promise<string> {
  const response = await fetch(stack.url + path, { headers: { connection: "close" } });
  await response.text();
  assert.equal(response.status, 200, `${path} answers ${response.status}`);
  const [slot] = (response.headers.get("x-gateway-slot") ?? "nobody").split("-");
  const version = /kong\/([\d.]+)/.exec(response.headers.get("via") ?? "")?.[1];
  return `${slot} ${version}`;
}

/** Which slot answers a user, be it that no route matches. */
export async function whoAnswersAnything(stack: Stack): Promise<string> {
  const response = await fetch(stack.url, { headers: { connection: "close" } });
  await response.text();
  return response.headers.get("x-gateway-slot") ?? "nobody";
}

/** The superuser's way into a database of the stack's cluster. */
export function accessTo(stack: Stack, database = "postgres"): Promise<Access> {
  return superuserAccess(stack.gateway, portsOf(stack.port).postgres, database);
}

async function names(stack: Stack, query: string): Promise<string[]> {
  const rows = await withClient(await accessTo(stack), (client) => client.query<{ name: string }>(query));
  return rows.rows.map(({ name }) => name).sort();
}

/** The slots' databases, by name. */
export function databases(stack: Stack): Promise<string[]> {
  return names(
    stack,
    "select datname as name from pg_database where not datistemplate and datname <> 'postgres'",
  );
}

/** The slots' roles, by name. */
export function roles(stack: Stack): Promise<string[]> {
  return names(
    stack,
    "select rolname as name from pg_roles where rolname <> 'postgres' and rolname !~ '^pg_'",
  );
}

/** PostgreSQL's own number of each database: another one of the same name has another. */
export async function databaseIds(stack: Stack): Promise<Record<string, string>> {
  const query =
    "select datname as name, oid::text as id from pg_database where not datistemplate and datname <> 'postgres' order by 1";
  const rows = await withClient(await accessTo(stack), (client) =>
    client.query<{ name: string; id: string }>(query),
  );
  return Object.fromEntries(rows.rows.map(({ name, id }) => [name, id]));
}

/** Every process whose command line names the stack's directory. */
export async function processes({ directory }: Stack): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return { pid, command: line.replaceAll("\0", " ").trim() };
    }),
  );
  return all.filter(({ command }) => command.includes(directory));
}

/** The processes of the slots' nodes, by node: `{ "blue-1": 4711 }`. */
export async function nodePids(stack: Stack): Promise<Record<string, number>> {
  const found = (await processes(stack)).flatMap(({ pid, command }) => {
    const node = /\/nodes\/((?:blue|green)-\d+)\//.exec(command)?.[1];
    return node === undefined ? [] : [[node, pid] as const];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names of the snapshots on disk without their times, the oldest first: "before-green-3.10.0-g1". */
export async function snapshots({ gateway }: Stack): Promise<string[]> {
  return (await listSnapshots(gateway)).reverse().map(({ reason }) => reason);
}

interface Recorded {
  urn: string;
  inputs?: Record<string, unknown>;
}

/** The file that the engine keeps its state in. */
export function stateFile({ state, name }: Stack): string {
  return `${state}/.pulumi/stacks/gateway/${name}.json`;
}

/**
 * What the engine has on record: each resource's inputs, by its type and name. Without the two that are new at each write
 * of the weights, and without secrets, which are encrypted anew at each change.
 */
export async function recorded(stack: Stack): Promise<Record<string, unknown>> {
  const isSecret = (value: unknown) => typeof value === "object" && value !== null && "ciphertext" in value;
  const state = JSON.parse(await readFile(stateFile(stack), "utf8"), (_, value: unknown) =>
    isSecret(value) ? "[secret]" : value,
  ) as { checkpoint: { latest: { resources?: Recorded[] } } };
  const entries = (state.checkpoint.latest.resources ?? []).map(({ urn, inputs = {} }) => {
    const { environment = {}, ...others } = inputs;
    const { GATEWAY_RECONCILE, GATEWAY_MARK, ...kept } = environment as Record<string, unknown>;
    void [GATEWAY_RECONCILE, GATEWAY_MARK];
    return [urn.split("::").slice(2).join(" "), { ...others, environment: kept }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** After a destroy: no process, and no file but whole snapshots. */
export async function nothingLeft(stack: Stack): Promise<void> {
  assert.deepEqual(await processes(stack), []);
  if (!existsSync(stack.gateway)) return;
  assert.deepEqual(await readdir(stack.gateway), ["snapshots"]);
  const halfWritten = (await readdir(`${stack.gateway}/snapshots`)).filter((name) => name.startsWith("."));
  assert.deepEqual(halfWritten, []);
}
