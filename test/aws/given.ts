import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { ModifyListenerCommand, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientsOf } from "../../components/aws/clients";
import { listSnapshots } from "../../components/aws/live/databases";
import { slotShares } from "../../components/aws/group-shares";
import { findSplit, slotOfGroup, type SplitPlace } from "../../components/aws/live/weights";
import { namesOf } from "../../components/aws/names";
import type { SlotName } from "../../products/release";
import { type Emulator, startEmulator } from "../../sandbox/aws/emulator";
import { providerOnPath } from "../../sandbox/aws/provider/install";
import type { ExportedResource } from "../../tools/aws-docs/operations";
import type { Stack, StackConfig } from "../../tools/stack";
import { type PluginProcess, startPlugin } from "../sandbox/aws-plugin";
import { givenStack, stepLimit } from "../scenarios/given";

/** The port of the balancer: each has an address of its own, so one number does for all. */
const port = 8080;
export const region = "eu-central-1";

/** A stack on an emulated AWS, as the scenarios of one `describe` share it. */
export interface AwsStack {
  readonly stack: Stack;
  readonly emulator: Emulator;
}

/**
 * A stack on an emulated AWS with the stand-in of the provider, which runs as long as the stack does: an engine that had to
 * start it each time would take a second more, and does with `startedByEngine`.
 */
export function givenAwsStack(name: string, { startedByEngine = false } = {}): AwsStack {
  const given = givenStack(name);
  let emulator: Emulator | undefined;
  let plugin: PluginProcess | undefined;
  let directory = "";
  before(async function () {
    this.timeout(stepLimit);
    const { stack } = given;
    directory = await mkdtemp(path.join(tmpdir(), `gateway-${name}-cloud-`));
    emulator = await startEmulator(directory, { tlsOnly: true });
    // What this process asks of the emulator needs credentials too, be they any.
    for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
      process.env[key] = emulator.environment[key];
    const bin = await providerOnPath(directory);
    // On the engine's PATH also where it is not started from there: the engine would download one that it does not find.
    Object.assign(stack.environment, emulator.environment, {
      PATH: `${bin}:${process.env.PATH}`,
      AWS_REGION: region,
      AWS_PROVIDER_JOURNAL: journalOf(stack),
      AWS_PROVIDER_FAULTS: faultsOf(stack),
    });
    if (startedByEngine) return;
    plugin = await startPlugin(bin, stack.environment);
    stack.environment.PULUMI_DEBUG_PROVIDERS = `aws:${plugin.port}`;
  });
  after(async function () {
    this.timeout(stepLimit);
    plugin?.process.kill("SIGINT");
    await emulator?.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    get stack() {
      return given.stack;
    },
    get emulator() {
      assert.ok(emulator, "the emulator is started in a before hook");
      return emulator;
    },
  };
}

const journalOf = ({ directory }: Stack) => path.join(directory, "journal");
const faultsOf = ({ directory }: Stack) => path.join(directory, "faults.json");

/** One operation of the provider, as it began or ended. */
export interface Operation {
  op: string;
  type: string;
  name: string;
  ok?: boolean;
  calls?: string[];
}

/** What the provider did since it was asked last, in order. */
export async function operations(stack: Stack): Promise<Operation[]> {
  const file = journalOf(stack);
  const text = existsSync(file) ? await readFile(file, "utf8") : "";
  await rm(file, { force: true });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Operation);
}

/** What the provider fails at, from now on. */
export async function failing(stack: Stack, faults: object[]): Promise<void> {
  await writeFile(faultsOf(stack), JSON.stringify(faults));
}

/** A config of a gateway on the emulator, with what a test says of it. */
export function onAws(emulator: Emulator, config: StackConfig, aws: StackConfig = {}): StackConfig {
  return {
    platform: "aws",
    database: { password: "a-password-of-tests" },
    drainLimit: 300,
    timeouts: { snapshot: 60, database: 60, migration: 60, start: 60, weights: 20, lock: 60, stop: 30 },
    smokeTests: { consecutive: 1, deadline: 20 },
    aws: {
      region,
      endpoint: emulator.url,
      network: { cidr: "10.20.0.0/16", zones: [`${region}a`, `${region}b`] },
      balancer: {
        port,
        clients: ["127.0.0.0/8"],
        testers: ["127.0.0.0/8"],
        deregistrationDelay: 0,
      },
      nodes: { stopTimeout: 10 },
      databases: { engineVersion: "15.8" },
      metricPeriod: 1,
      ...aws,
    },
    ...config,
  };
}

const gatewayOf = ({ name }: Stack) => `gw-${name}`;

/** How a test's stack splits its traffic, where that is not by the rule of a listener of its own. */
type Unusual = Partial<Pick<SplitPlace, "type" | "listener">> & {
  groups?: Partial<Record<SlotName, string>>;
};

async function liveSplit({ stack, emulator }: AwsStack, { type = "application", listener }: Unusual) {
  const gateway = gatewayOf(stack);
  const clients = clientsOf({ region, endpoint: emulator.url });
  const place = { gateway, type, port, priority: 100, ...(listener === undefined ? {} : { listener }) };
  return { clients, split: await findSplit(clients, place) };
}

const slotBy =
  ({ stack }: AwsStack, { groups = {} }: Unusual) =>
  (arn: string) =>
    slotOfGroup(arn, namesOf(gatewayOf(stack)), groups);

/** What the listener's rule gives each slot, in percent; of a network balancer, its listener. */
export async function weights(given: AwsStack, how: Unusual = {}): Promise<Record<SlotName, number>> {
  const { split } = await liveSplit(given, how);
  return slotShares(split?.weights ?? {}, slotBy(given, how));
}

/** Changes the weights past Pulumi, as somebody with a console does. */
export async function moveLiveWeights(
  given: AwsStack,
  wanted: Record<SlotName, number>,
  how: Unusual = {},
): Promise<void> {
  const { clients, split } = await liveSplit(given, how);
  assert.ok(split);
  const TargetGroups = Object.keys(split.weights).map((TargetGroupArn) => {
    const slot = slotBy(given, how)(TargetGroupArn);
    return { TargetGroupArn, Weight: slot ? wanted[slot] : 0 };
  });
  const actions = [{ Type: "forward" as const, ForwardConfig: { TargetGroups } }];
  await (split.rule === undefined
    ? clients
        .balancers()
        .send(new ModifyListenerCommand({ ListenerArn: split.listener, DefaultActions: actions }))
    : clients.balancers().send(new ModifyRuleCommand({ RuleArn: split.rule, Actions: actions })));
}

/** What a preview says of weights that were changed past Pulumi, in one line. */
export function drifted(live: string, recorded: string): RegExp {
  return new RegExp(`The balancer gives ${live}; the last release recorded ${recorded}\\.`);
}

/** Addresses of a life's nodes inside the VPC. */
export async function nodeAddresses({ stack, emulator }: AwsStack, life: string): Promise<string[]> {
  const names = namesOf(gatewayOf(stack));
  const client = clientsOf({ region, endpoint: emulator.url }).containers();
  const { taskArns: tasks = [] } = await client.send(
    new ListTasksCommand({ cluster: names.cluster, serviceName: names.ofLife(life) }),
  );
  if (tasks.length === 0) return [];
  const described = await client.send(new DescribeTasksCommand({ cluster: names.cluster, tasks }));
  return (described.tasks ?? []).flatMap(
    ({ containers = [] }) => containers[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? [],
  );
}

/** A request to a node's Admin API, as somebody inside the VPC sends it. */
export async function admin(
  given: AwsStack,
  life: string,
  method: string,
  at: string,
  body?: unknown,
): Promise<Response> {
  const [address] = await nodeAddresses(given, life);
  return fetch(`http://${address}:8001${at}`, {
    method,
    headers: { "content-type": "application/json", connection: "close" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** Routes /echo to an upstream. */
export async function addRoute(given: AwsStack, life: string, upstreamPort: number): Promise<void> {
  const url = `http://127.0.0.1:${upstreamPort}`;
  const service = await admin(given, life, "PUT", "/services/echo", { url });
  assert.equal(service.status, 200, await service.text());
  const route = await admin(given, life, "PUT", "/services/echo/routes/echo", { paths: ["/echo"] });
  assert.equal(route.status, 200, await route.text());
}

/** Where users reach the gateway. */
export async function urlOf(stack: Stack): Promise<string> {
  return String((await stack.outputs()).url);
}

/** Every resource of a stack, as its state has it. */
export async function resources(stack: Stack): Promise<ExportedResource[]> {
  const file = path.join(stack.directory, "exported.json");
  const ran = await stack.run(["stack", "export", "--file", file]);
  assert.equal(ran.code, 0, ran.output);
  const { deployment } = JSON.parse(await readFile(file, "utf8")) as {
    deployment: { resources?: ExportedResource[] };
  };
  return deployment.resources ?? [];
}

/** Why each snapshot of the gateway was taken, the oldest first. */
export async function snapshots({ stack, emulator }: AwsStack): Promise<string[]> {
  const clients = clientsOf({ region, endpoint: emulator.url });
  const found = await listSnapshots(clients, namesOf(gatewayOf(stack)));
  return found.map(({ reason }) => reason).reverse();
}

/** The version that answers a user. */
export async function whoAnswers(url: string): Promise<string> {
  const response = await fetch(`${url}/echo`, { headers: { connection: "close" } });
  await response.text();
  assert.equal(response.status, 200);
  return /kong\/([\d.]+)/.exec(response.headers.get("via") ?? "")?.[1] ?? "nobody";
}
