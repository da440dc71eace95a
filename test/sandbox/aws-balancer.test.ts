import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, request, type RequestListener, type Server } from "node:http";
import { createConnection, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type Balancer,
  type ListenerState,
  type RuleState,
  startBalancer,
  type TargetGroupState,
} from "../../sandbox/aws/balancer";
import { startContainer } from "../../sandbox/aws/containers";
import { startDatabases } from "../../sandbox/aws/databases";
import { ownAddress } from "../../sandbox/aws/loopback";
import { completeOptions } from "../../sandbox/load/options";
import { startLoad } from "../../sandbox/load/start";
import { http, until } from "./kong-node";

const port = 8080;

/** A target that says its name, and what it was asked for; healthy while `healthy` holds. */
interface TestTarget {
  name: string;
  id: string;
  port: number;
  healthy: boolean;
  server: Server;
}

describe("balancer behind the AWS emulator", () => {
  let balancer: Balancer;
  const closers: (() => unknown)[] = [];

  beforeEach(async () => {
    balancer = await startBalancer({ checkEvery: 200 });
  });
  afterEach(async () => {
    await balancer.stop();
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function target(name: string, listener?: RequestListener): Promise<TestTarget> {
    const made: TestTarget = { name, id: ownAddress(), port: 0, healthy: true, server: createServer() };
    made.server.on("request", (incoming, response) => {
      if (incoming.url === "/health") return response.writeHead(made.healthy ? 200 : 500).end();
      if (listener) return listener(incoming, response);
      incoming.resume().once("end", () => response.end(name));
    });
    made.server.listen(0, made.id);
    await once(made.server, "listening");
    made.port = (made.server.address() as AddressInfo).port;
    closers.push(() => {
      made.server.close();
      made.server.closeAllConnections();
    });
    return made;
  }

  const group = (arn: string, targets: { id: string; port: number }[], more = {}): TargetGroupState => ({
    arn,
    healthPath: "/health",
    healthPort: "traffic-port",
    targets: targets.map(({ id, port }) => ({ id, port })),
    ...more,
  });

  const to = (weights: Record<string, number>): RuleState => ({
    priority: "default",
    conditions: [],
    forward: Object.entries(weights).map(([arn, weight]) => ({ arn, weight })),
  });

  const listener = (address: string, rules: RuleState[], more = {}): ListenerState => ({
    arn: `listener-${address}`,
    address,
    port,
    protocol: "HTTP",
    rules,
    ...more,
  });

  const states = (arn: string) => balancer.health(arn).map(({ state }) => state);
  const healthy = (...arns: string[]) =>
    until(`healthy: ${arns.join(", ")}`, () =>
      arns.every((arn) => states(arn).length > 0 && states(arn).every((state) => state === "healthy")),
    );

  /** What answered so many requests, by the name of the target. */
  async function ask(url: string, count: number): Promise<Record<string, number>> {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const answers = await Promise.all(
      Array.from({ length: count }, () =>
        http(url, { agent }).then(({ status, body }) => (status === 200 ? body : status)),
      ),
    );
    agent.destroy();
    const counts: Record<string, number> = {};
    for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
    return counts;
  }

  it("a tenth of the weight is about a tenth of the requests, in turn within a group; the weight of 0 gets none", async () => {
    const [one, two, green, none] = await Promise.all(
      ["one", "two", "green", "none"].map((name) => target(name)),
    );
    const at = ownAddress();
    const groups = [group("blue", [one!, two!]), group("green", [green!]), group("none", [none!])];
    await balancer.configure([listener(at, [to({ blue: 90, green: 10, none: 0 })])], groups);
    assert.deepEqual(states("blue"), ["initial", "initial"]);
    assert.equal((await http(`http://${at}:${port}/`)).status, 503, "nobody is healthy yet");
    await healthy("blue", "green", "none");
    const counts = await ask(`http://${at}:${port}/`, 800);
    assert.deepEqual(Object.keys(counts).sort(), ["green", "one", "two"]);
    // Four standard deviations.
    assert.ok(Math.abs((counts.green ?? 0) - 80) < 34, `green had ${counts.green}`);
    assert.ok(Math.abs((counts.one ?? 0) - (counts.two ?? 0)) <= 1, "each of the two had every second one");
    const total = (arn: string) => balancer.requests(arn).reduce((sum, { count }) => sum + count, 0);
    assert.deepEqual(
      [total("blue"), total("green"), total("none")],
      [800 - (counts.green ?? 0), counts.green, 0],
    );
  });

  it("a change of weights under load breaks no request, and is in force for the next one", async () => {
    const upstream: RequestListener = (incoming, response) => {
      const hash = createHash("sha256");
      let length = 0;
      incoming.on("data", (chunk: Buffer) => (hash.update(chunk), (length += chunk.length)));
      incoming.on("end", () => {
        const { url, method, headers } = incoming;
        const answer = {
          id: headers["x-load-id"] ?? null,
          method,
          path: url,
          length,
          sha256: hash.digest("hex"),
        };
        response.setHeader("content-type", "application/json");
        setTimeout(() => response.end(JSON.stringify(answer)), 20);
      });
    };
    const [blue, green] = await Promise.all([target("blue", upstream), target("green", upstream)]);
    const at = ownAddress();
    const groups = [group("blue", [blue]), group("green", [green])];
    const shift = (weights: Record<string, number>) =>
      balancer.configure([listener(at, [to(weights)])], groups);
    await shift({ blue: 100, green: 0 });
    await healthy("blue", "green");
    const load = await startLoad(
      completeOptions({ url: `http://${at}:${port}`, maxSeconds: 20, ratePerSecond: 300, timeoutMs: 3_000 }),
    );
    for (const share of [10, 50, 90, 0, 100]) {
      await shift({ blue: 100 - share, green: share });
      await new Promise((done) => setTimeout(done, 300));
    }
    const before = balancer.requests("blue").reduce((sum, { count }) => sum + count, 0);
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(
      balancer.requests("blue").reduce((sum, { count }) => sum + count, 0),
      before,
    );
    const ledger = await load.stop();
    assert.ok(ledger.sent > 500, `${ledger.sent} sent`);
    assert.deepEqual(ledger.lostByKind, {}, JSON.stringify(ledger.lostRequests.slice(0, 3)));
  });

  it("rules decide in the order of their priorities, by header, path, host, method and source", async () => {
    const at = ownAddress();
    const says = (
      priority: number | "default",
      body: string,
      ...conditions: RuleState["conditions"]
    ): RuleState => ({
      priority,
      conditions,
      fixed: { status: 200, contentType: "text/plain", body },
    });
    const rules = [
      says("default", "default"),
      says(20, "path", { field: "path-pattern", values: ["/orders/*", "/v?/x"] }),
      says(3, "header", { field: "http-header", headerName: "X-Slot", values: ["green*"] }),
      says(
        40,
        "host and method",
        { field: "host-header", values: ["*.Example.com"] },
        { field: "http-request-method", values: ["PUT", "POST"] },
      ),
      says(50, "elsewhere", { field: "source-ip", values: ["10.0.0.0/8"] }),
      says(
        60,
        "here",
        { field: "source-ip", values: ["10.0.0.0/8", "127.0.0.0/8"] },
        { field: "path-pattern", values: ["/me"] },
      ),
    ];
    await balancer.configure([listener(at, rules)], []);
    const said = async (asked: string, options = {}) =>
      (await http(`http://${at}:${port}${asked}`, options)).body;
    assert.equal(await said("/orders/7?x=1"), "path");
    assert.equal(await said("/orders"), "default");
    assert.equal(await said("/v1/x"), "path");
    assert.equal(await said("/v12/x"), "default");
    assert.equal(await said("/orders/7", { headers: { "x-slot": "GREEN-1" } }), "header");
    assert.equal(
      await said("/", { method: "PUT", headers: { host: "api.example.com:80" } }),
      "host and method",
    );
    assert.equal(await said("/", { headers: { host: "api.example.com" } }), "default");
    assert.equal(await said("/me"), "here");
    const unknown = [says(1, "", { field: "query-string", values: ["a"] })];
    await assert.rejects(balancer.configure([listener(at, unknown)], []), /no rule condition query-string/);
    assert.equal(await said("/me"), "here", "a refused state changes nothing");
  });

  it("a weighted group without a healthy target answers 503, a target that is gone 502; unhealthy and unused targets are told", async () => {
    const [blue, green] = await Promise.all([target("blue"), target("green")]);
    const at = ownAddress();
    const groups = [group("blue", [blue]), group("green", [green]), group("unnamed", [blue])];
    green.healthy = false;
    await balancer.configure([listener(at, [to({ blue: 50, green: 50 })])], groups);
    await healthy("blue");
    await until("green unhealthy", () => states("green")[0] === "unhealthy");
    assert.equal(balancer.health("green")[0]?.reason, "Target.ResponseCodeMismatch");
    assert.deepEqual(balancer.health("unnamed"), [
      { id: blue.id, port: blue.port, state: "unused", reason: "Target.NotInUse" },
    ]);
    const counts = await ask(`http://${at}:${port}/`, 200);
    assert.deepEqual(Object.keys(counts).sort(), ["503", "blue"]);
    blue.server.close();
    blue.server.closeAllConnections();
    await balancer.configure([listener(at, [to({ blue: 1 })])], groups);
    assert.equal((await http(`http://${at}:${port}/`)).status, 502);
    await until("blue unhealthy", () => states("blue")[0] === "unhealthy");
    assert.equal((await http(`http://${at}:${port}/`)).status, 503);
  });

  it("a target that leaves is draining until its last request is answered, and gets no new one", async () => {
    let finish: () => void = () => undefined;
    const leaving = await target("leaving", (incoming, response) => {
      response.write("begun ");
      finish = () => response.end("and ended");
      incoming.resume();
    });
    const staying = await target("staying");
    const at = ownAddress();
    const rules = [to({ blue: 1 })];
    await balancer.configure([listener(at, rules)], [group("blue", [leaving])]);
    await healthy("blue");
    const inFlight = http(`http://${at}:${port}/`);
    await until("the request at its target", () => balancer.flows("blue").length > 0);
    await balancer.configure([listener(at, rules)], [group("blue", [staying])]);
    assert.deepEqual(states("blue"), ["initial", "draining"]);
    await until("the other one healthy", () => states("blue")[0] === "healthy");
    assert.deepEqual(await ask(`http://${at}:${port}/`, 20), { staying: 20 });
    assert.deepEqual(states("blue"), ["healthy", "draining"]);
    finish();
    assert.equal((await inFlight).body, "begun and ended");
    await until("drained", () => states("blue").length === 1);
  });

  it("bodies are streamed both ways, connections are kept, and headers are passed on and added", async () => {
    const sockets = new Set<Socket>();
    const echo = await target("echo", (incoming, response) => {
      sockets.add(incoming.socket);
      response.writeHead(201, {
        "set-cookie": ["a=1", "b=2"],
        "x-headers": JSON.stringify(incoming.headers),
      });
      incoming.pipe(response);
    });
    const at = ownAddress();
    await balancer.configure([listener(at, [to({ blue: 1 })])], [group("blue", [echo])]);
    await healthy("blue");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closers.push(() => agent.destroy());
    const exchange = async (body: Buffer) => {
      const sent = request(`http://${at}:${port}/?a=%20b`, {
        method: "POST",
        agent,
        headers: { "x-own": "1" },
      });
      sent.write(body.subarray(0, 10));
      const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
      // Its first bytes came back before the last ones were sent.
      sent.end(body.subarray(10));
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return { response, body: Buffer.concat(chunks), reused: sent.reusedSocket };
    };
    const sent = randomBytes(3_000_000);
    const first = await exchange(sent);
    assert.ok(first.body.equals(sent));
    const second = await exchange(sent);
    assert.ok(second.reused);
    assert.equal(sockets.size, 1);
    assert.deepEqual(first.response.headers["set-cookie"], ["a=1", "b=2"]);
    const seen = JSON.parse(String(first.response.headers["x-headers"])) as Record<string, string>;
    assert.equal(seen.host, `${at}:${port}`);
    assert.equal(seen["x-own"], "1");
    assert.equal(seen["x-forwarded-for"], "127.0.0.1");
    assert.equal(seen["x-forwarded-proto"], "http");
  });

  it("an answer that breaks off at its target breaks off at the client", async () => {
    const broken = await target("broken", (incoming, response) => {
      response.write("half");
      setTimeout(() => incoming.socket.destroy(), 50);
    });
    const at = ownAddress();
    await balancer.configure([listener(at, [to({ blue: 1 })])], [group("blue", [broken])]);
    await healthy("blue");
    await assert.rejects(http(`http://${at}:${port}/`), /aborted|hang up/);
  });

  it("a network balancer passes connections through by weight, and leaves open ones where they are", async () => {
    const tcp = async (name: string) => {
      const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
        socket.on("error", () => undefined);
        socket.write(`${name} `);
        socket.on("data", (chunk) => socket.write(chunk));
        socket.on("end", () => socket.end(" bye"));
      });
      const id = ownAddress();
      server.listen(0, id);
      await once(server, "listening");
      closers.push(() => server.close());
      return { id, port: (server.address() as AddressInfo).port };
    };
    const at = ownAddress();
    const [blue, green] = await Promise.all([tcp("blue"), tcp("green")]);
    const groups = [group("blue", [blue], { healthPath: "" }), group("green", [green], { healthPath: "" })];
    const shift = (weights: Record<string, number>) =>
      balancer.configure([listener(at, [to(weights)], { protocol: "TCP" })], groups);
    await shift({ blue: 1, green: 0 });
    await healthy("blue", "green");
    const open = () => {
      const socket = createConnection({ host: at, port, allowHalfOpen: true });
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString()));
      return { socket, text: () => text };
    };
    const kept = open();
    await until("the target's word", () => kept.text() === "blue ");
    await shift({ blue: 0, green: 1 });
    const later = open();
    await until("the other target's word", () => later.text() === "green ");
    later.socket.end();
    kept.socket.end("still here");
    await Promise.all([once(kept.socket, "close"), once(later.socket, "close")]);
    assert.equal(kept.text(), "blue still here bye");
    assert.equal(
      balancer.requests("blue").reduce((sum, { count }) => sum + count, 0),
      1,
    );
  });

  it("a listener that is taken away lets go of its port, and one that cannot be opened says why", async () => {
    const blue = await target("blue");
    const [at, other] = [ownAddress(), ownAddress()];
    await balancer.configure([listener(at, [to({ blue: 1 })])], [group("blue", [blue])]);
    await healthy("blue");
    assert.equal((await http(`http://${at}:${port}/`)).body, "blue");
    await balancer.configure([listener(other, [to({ blue: 1 })])], [group("blue", [blue])]);
    await assert.rejects(http(`http://${at}:${port}/`), /ECONNREFUSED/);
    assert.equal((await http(`http://${other}:${port}/`)).body, "blue");
    const taken = listener(blue.id, [to({ blue: 1 })], { port: blue.port });
    await assert.rejects(
      balancer.configure([listener(other, [to({ blue: 1 })]), taken], [group("blue", [blue])]),
      /cannot listen on 127\.[\d.]+:\d+: somebody listens there already/,
    );
    assert.equal((await http(`http://${other}:${port}/`)).body, "blue");
  });

  it("a node of Kong in a container answers through it", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "aws-balancer-"));
    closers.push(() => rmSync(directory, { recursive: true, force: true }));
    const databases = await startDatabases(directory);
    closers.push(() => databases.stop());
    const master = { database: "kong", user: "kong", password: "secret" };
    const { host } = await databases.create("blue", master);
    const environment = {
      KONG_PG_HOST: host,
      KONG_PG_PASSWORD: "secret",
      KONG_STATUS_LISTEN: "0.0.0.0:8100",
    };
    const image = "kong/kong-gateway:3.10.0.11";
    const [onLine, ip, at] = [() => undefined, ownAddress(), ownAddress()];
    const bootstrap = await startContainer({
      image,
      environment,
      ip,
      onLine,
      command: ["kong", "migrations", "bootstrap"],
    });
    assert.equal((await bootstrap.ended).exitCode, 0);
    const node = await startContainer({ image, environment, ip, onLine });
    closers.push(() => node.stop(0));
    const blue = group("blue", [{ id: ip, port: 8000 }], { healthPath: "/status/ready", healthPort: "8100" });
    await balancer.configure([listener(at, [to({ blue: 1 })])], [blue]);
    await healthy("blue");
    const answer = await http(`http://${at}:${port}/`);
    assert.equal(answer.json.message, "no Route matched with those values");
    assert.match(String(answer.headers.server), /^kong\//);
  });
});
