import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, rename, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { liveServers, socketOf } from "../../components/local/haproxy/runtime";
import { type Load, startLoad } from "../../sandbox/load/start";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { Ran, Running, Stack, StackConfig } from "../../tools/stack";
import { addRoute, admin, databases, givenStack, nodePids, roles, stepLimit, upTo, weights } from "./given";
import { lostNothing } from "./lost-nothing";

/** A gateway that serves blue at 3.9.1 to a constant load, with ways to trouble it. */
export interface TroubledGateway {
  readonly stack: Stack;
  /** What it was brought up with: a revert is a return to it. */
  blueAlone: StackConfig;
  /** An upgrade that gives green all the traffic at once. */
  upgrade: StackConfig;
  /** Switches these faults of the twin's versions on, and all others off: `3.10.0:5xx=1`. */
  faults: (text: string) => Promise<void>;
  /** Goes back to blue alone, which must work and leave nothing of green. */
  revert: () => Promise<Ran>;
  /** Sends a request; settles when it has come to the upstream, which answers it once it is told to. */
  heldRequest: () => Promise<HeldRequest>;
  /** Ends the load, which must have lost nothing so far. */
  loadLostNothing: () => Promise<void>;
}

/** A request in flight. */
export interface HeldRequest {
  /** Lets it be answered: "200 from green-1". */
  release: () => Promise<string>;
}

/** Brings a gateway up at 3.9.1 with routes to two upstreams: /echo, and /held for requests that are held up. */
export function givenGateway(name: string, more: StackConfig = {}): TroubledGateway {
  const given = givenStack(name);
  // A drain that cannot end reaches its limit soon.
  const blueAlone = { blue: { version: "3.9.1" }, drainLimit: 4, ...more };
  const upgrade = { ...blueAlone, green: { version: "3.10.0" }, traffic: { green: 100 } };
  const faults = (text: string) => writeFile(path.join(given.stack.directory, "faults"), text);
  const revert = async () => {
    await faults("");
    const ran = await upTo(given.stack, blueAlone);
    await onlyBlueIsLeft(given.stack);
    return ran;
  };
  let upstream: Upstream;
  let load: Load;
  const held: (() => void)[] = [];
  let isHolding = false;
  const holding = createHttpServer((request, response) => {
    request.resume();
    if (isHolding) held.push(() => response.end());
    else response.end();
  });

  before(async function () {
    this.timeout(stepLimit);
    const { stack } = given;
    stack.environment.KONG_TWIN_FAULTS_FILE = path.join(stack.directory, "faults");
    await faults("");
    await upTo(stack, blueAlone);
    upstream = await startUpstream();
    await addRoute(stack, upstream.port);
    await new Promise<void>((resolve) => holding.listen(0, "127.0.0.1", resolve));
    await addRoute(stack, (holding.address() as AddressInfo).port, "held");
    // The gateway's own limit, a minute, would end what is held longer.
    assert.equal((await admin(stack, "PATCH", "/services/held", { read_timeout: 600_000 })).status, 200);
    for (const route of ["/echo", "/held"])
      await until(async () => (await get(stack, route)).startsWith("200"));
    isHolding = true;
    load = await startLoad({ url: stack.url, paths: ["/echo"], ratePerSecond: 10, maxSeconds: 1_800 });
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
    holding.close();
    holding.closeAllConnections();
  });

  return {
    get stack() {
      return given.stack;
    },
    blueAlone,
    upgrade,
    faults,
    revert,
    heldRequest: async () => {
      const before = held.length;
      const answer = get(given.stack, "/held");
      await until(() => held.length > before);
      const release = held[before] as () => void;
      return { release: () => (release(), answer) };
    },
    loadLostNothing: () => lostNothing(load, 40),
  };
}

/** Sends a request as a user does: "200 from green-1". */
export async function get(stack: Stack, at: string): Promise<string> {
  try {
    const response = await fetch(stack.url + at, { headers: { connection: "close" } });
    await response.arrayBuffer();
    return `${response.status} from ${response.headers.get("x-gateway-slot")}`;
  } catch (error) {
    return `no answer: ${String(error)}`;
  }
}

/** Waits until it holds, longer than anything here takes on a busy machine. */
export async function until(holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `this did not come true within ${seconds} s: ${holds.toString()}`);
    await pause(50);
  }
}

/** The command of the engine failed and said all of this. */
export function failedWith(ran: Ran, ...texts: RegExp[]): Ran {
  assert.notEqual(ran.code, 0, ran.output);
  for (const text of texts) assert.match(ran.output, text);
  return ran;
}

export const blueServes = { blue: 100, green: 0 };
export const greenServes = { blue: 0, green: 100 };

/** Of the gateway only blue is left, and serves: nothing of green's, known to a state or not. */
export async function onlyBlueIsLeft(stack: Stack): Promise<void> {
  assert.deepEqual(await weights(stack), blueServes);
  assert.deepEqual(await databases(stack), ["blue_3_9_1_g1"]);
  assert.deepEqual(await roles(stack), ["blue_3_9_1_g1"]);
  assert.deepEqual(await readdir(path.join(stack.gateway, "nodes")), ["blue-1"]);
  assert.deepEqual(Object.keys(await nodePids(stack)), ["blue-1"]);
  assert.deepEqual(
    (await liveServers(stack.gateway)).map(({ name }) => name),
    ["blue-1"],
  );
  assert.deepEqual(
    (await snapshotsOf(stack)).filter((name) => name.startsWith(".")),
    [],
  );
}

/** The newest snapshots first, by name. */
export async function snapshotsOf({ gateway }: Stack): Promise<string[]> {
  return (await readdir(path.join(gateway, "snapshots")).catch(() => [])).sort().reverse();
}

/** Ends the engine alone, with no chance to record anything; what it started goes on. */
export async function killEngine(running: Running): Promise<void> {
  process.kill(running.process.pid as number, "SIGKILL");
  await running.ended;
}

/** Starts `up` or `destroy` and waits until it has printed this. */
export async function startUntil(stack: Stack, command: "up" | "destroy", text: RegExp): Promise<Running> {
  const running = stack.start([command, "--yes", "--skip-preview"]);
  await until(() => text.test(running.output()) || running.process.exitCode !== null, 240);
  assert.match(running.output(), text);
  return running;
}

/** Ends the lock that a killed engine leaves, as its message says. */
export async function cancel(stack: Stack): Promise<void> {
  const ran = await stack.run(["cancel", "--yes"]);
  assert.equal(ran.code, 0, ran.output);
}

/**
 * Carries the config out and kills the engine when the weights were written ("answer": they are live and nowhere
 * recorded) or are about to be ("command": whoever writes them still lives). The latter are written at `release`.
 */
export async function killedAtTheWeights(
  stack: Stack,
  config: StackConfig,
  held: "command" | "answer",
): Promise<{ release: () => void }> {
  await stack.configure(config);
  const interception = await interceptWeights(stack, held);
  try {
    const running = stack.start(["up", "--yes", "--skip-preview"]);
    const early = running.ended.then(({ output }) =>
      assert.fail(`it ended before it wrote weights:\n${output}`),
    );
    await Promise.race([interception.reached, early]);
    early.catch(() => undefined);
    await killEngine(running);
  } finally {
    await interception.stepAside();
    if (held === "answer") interception.release();
  }
  await cancel(stack);
  return interception;
}

/** Holds up what is said between the commands and HAProxy when weights are written. */
export interface Interception {
  /** Settles once the weights were written ("answer"), or are about to be ("command"). */
  reached: Promise<void>;
  /** HAProxy is reached directly again; what is held stays held. */
  stepAside: () => Promise<void>;
  /** Lets the command through, or the answer. */
  release: () => void;
}

/**
 * Stands between HAProxy's socket and those who write to it. The first command that sets weights is held back before it
 * reaches HAProxy, or its answer is after HAProxy has carried it out.
 */
export async function interceptWeights(
  { gateway }: Stack,
  held: "command" | "answer",
): Promise<Interception> {
  const socketPath = socketOf(gateway);
  const aside = `${socketPath}.aside`;
  await rename(socketPath, aside);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  let used = false;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on("error", () => undefined);
    let command = "";
    client.on("data", (chunk) => (command += chunk.toString()));
    client.on("end", () => {
      const intercepts = !used && command.includes("set weight");
      used ||= intercepts;
      void pass(command, intercepts).then((answer) => client.end(answer));
      // An empty line now and then, as from a balancer that is slow: nobody gives up on it.
      if (intercepts) {
        const alive = setInterval(() => client.write("\n"), 1_000);
        void released.then(() => clearInterval(alive));
      }
    });
  });
  const forward = (command: string) =>
    new Promise<string>((resolve, reject) => {
      const balancer = connect(existsSync(aside) ? aside : socketPath);
      let answer = "";
      balancer.on("data", (chunk) => (answer += chunk.toString()));
      balancer.on("end", () => resolve(answer));
      balancer.on("error", reject);
      balancer.end(command);
    });
  const pass = async (command: string, intercepts: boolean) => {
    if (intercepts && held === "command") {
      reach();
      await released;
    }
    const answer = await forward(command).catch(() => "");
    if (intercepts && held === "answer") {
      reach();
      await released;
    }
    return answer;
  };
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const stepAside = async () => {
    server.close();
    if (existsSync(aside)) await rename(aside, socketPath);
  };
  return { reached, stepAside, release };
}
