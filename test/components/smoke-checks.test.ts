import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { smokeTest } from "../../components/smoke-checks";
import type { SmokeCheck } from "../../products/operation";

describe("smoke tests of a node", () => {
  let server: Server;
  let asked: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[];
  let respond: (count: number) => { status?: number; body?: string; delay?: number };
  const listener: RequestListener = (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      const { status = 200, body: answer = "", delay = 0 } = respond(asked.length);
      setTimeout(() => response.writeHead(status, { location: "/elsewhere" }).end(answer), delay);
    });
  };
  const at = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    asked = [];
    respond = () => ({});
    server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const check = (other: Partial<SmokeCheck> = {}): SmokeCheck => ({
    ...{ name: "a check", port: "proxy", method: "GET", path: "/", headers: {}, status: [200] },
    ...other,
  });
  const run = (checks: SmokeCheck[], limits: { consecutive?: number; deadline?: number } = {}) =>
    smokeTest("green-1", { at }, checks, { consecutive: 1, deadline: 5, ...limits });
  /** A deadline that is short, since what fails is tried again until then. */
  const fails = (checks: SmokeCheck[], message: string | RegExp) =>
    assert.rejects(run(checks, { deadline: 0.3 }), {
      message:
        typeof message === "string"
          ? `green-1 does not pass its smoke tests 1 times in a row within 0.3 s: ${message}. See gateway:smokeTests.`
          : message,
    });

  it("ask with the method, path, headers and body that they name", async () => {
    await run([
      check({ method: "POST", path: "/orders?x=1", headers: { "X-Key": "k" }, requestBody: "hello" }),
    ]);
    const [request, ...others] = asked;
    assert.deepEqual(others, []);
    assert.deepEqual([request?.method, request?.url, request?.body], ["POST", "/orders?x=1", "hello"]);
    assert.equal(request?.headers["x-key"], "k");
  });
  it("ask for the host that they name, by which a gateway tells its routes apart", async () => {
    await run([check({ headers: { Host: "api.example.com" } })]);
    assert.equal(asked[0]?.headers.host, "api.example.com");
  });
  it("ask each time on a connection of its own", async () => {
    let connections = 0;
    server.on("connection", () => connections++);
    await run([check(), check()], { consecutive: 2 });
    assert.equal(connections, 4);
    assert.equal(asked[0]?.headers.connection, "close");
  });
  it("ask the port that they name", async () => {
    const ports: string[] = [];
    const note = (port: string) => {
      ports.push(port);
      return at();
    };
    await smokeTest("green-1", { at: note }, [check({ port: "status" }), check({ port: "admin" })], {
      consecutive: 1,
      deadline: 5,
    });
    assert.deepEqual(ports, ["status", "admin"]);
  });

  it("pass with any of the statuses that they list", async () => {
    respond = (count) => ({ status: count % 2 === 0 ? 404 : 200 });
    await run([check({ status: [200, 404] })], { consecutive: 4 });
    assert.equal(asked.length, 4);
  });
  it("fail with another status", async () => {
    respond = () => ({ status: 503 });
    await fails([check({ status: [200, 404] })], `"a check": GET / answers 503, not 200 or 404`);
  });
  it("take a redirect as the answer that it is", async () => {
    respond = () => ({ status: 302 });
    await fails([check()], `"a check": GET / answers 302, not 200`);
    assert.ok(asked.every(({ url }) => url === "/"));
  });
  it("fail without the text in the body", async () => {
    respond = () => ({ body: "all is well" });
    await run([check({ bodyContains: "is well" })]);
    await fails([check({ bodyContains: `"ok"` })], `"a check": GET / answers without "\\"ok\\"" in its body`);
  });
  it("fail when an answer takes too long", async () => {
    respond = () => ({ delay: 120 });
    await fails([check({ latencyMs: 40 })], `"a check": GET / takes more than 40 ms`);
    await run([check({ latencyMs: 2_000 })]);
  });
  it("fail when nobody answers", async () => {
    const gone = at();
    server.close();
    await once(server, "close");
    await assert.rejects(
      smokeTest("green-1", { at: () => gone }, [check({ method: "HEAD", path: "/x" })], {
        consecutive: 1,
        deadline: 0.2,
      }),
      /"a check": HEAD \/x is not answered \(ECONNREFUSED\)/,
    );
  });
  it("fail when the connection breaks off", async () => {
    server.removeAllListeners("request");
    server.on("request", (request) => request.destroy());
    await fails([check()], /"a check": GET \/ is not answered \(ECONNRESET\)/);
  });
  it("tell every check that fails, by its name", async () => {
    respond = () => ({ status: 500 });
    await fails(
      [check({ name: "first" }), check({ name: "second", path: "/b" })],
      `"first": GET / answers 500, not 200; "second": GET /b answers 500, not 200`,
    );
  });

  it("must pass so many times in a row: one failure begins the count again", async () => {
    respond = (count) => ({ status: count === 3 ? 500 : 200 });
    await run([check()], { consecutive: 3 });
    assert.equal(asked.length, 6);
  });
  it("pass once the node gets well before the deadline", async () => {
    respond = (count) => ({ status: count < 3 ? 503 : 200 });
    await run([check()]);
    assert.equal(asked.length, 3);
  });
  it("end at the deadline, also while an answer is awaited", async () => {
    respond = () => ({ delay: 5_000 });
    const started = performance.now();
    await fails(
      [check(), check({ name: "another" })],
      /"a check": GET \/ is not answered after \d+ ms\. See/,
    );
    assert.ok(performance.now() - started < 1_500);
  });
  it("say so when they pass, yet not often enough by the deadline", async () => {
    respond = () => ({ delay: 30 });
    await assert.rejects(run([check()], { consecutive: 1_000, deadline: 0.2 }), {
      message: /1000 times in a row within 0\.2 s: .+\. See gateway:smokeTests\.$/,
    });
  });
});
