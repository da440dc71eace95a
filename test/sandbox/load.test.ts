import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pWaitFor from "p-wait-for";
import { openClients } from "../../sandbox/load/clients";
import { exchange, versionFrom, whoAnswered, type Outcome } from "../../sandbox/load/exchange";
import {
  addResult,
  addSent,
  openBook,
  percentile,
  progressOf,
  summarise,
  type Ledger,
  type Progress,
  type Result,
} from "../../sandbox/load/ledger";
import { completeOptions, readCommandLine, type LoadOptions } from "../../sandbox/load/options";
import { startLoad } from "../../sandbox/load/start";
import { formatLedger } from "../../sandbox/load/table";
import { echo, startUpstream } from "../../sandbox/upstream";

const servers: Server[] = [];

/** A server on loopback that a test may make faulty; closed after the test. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe("the load: one request", () => {
  const bytes = Buffer.from("hello");
  const body = { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };

  function post(port: number, agent = new Agent(), timeoutMs = 300): Promise<Outcome> {
    const call = { id: "1", host: "127.0.0.1", port, path: "/", headers: {}, body, agent, timeoutMs };
    return exchange({ ...call, method: "POST" });
  }

  const faults: [what: string, listener: RequestListener, kind: string, reason: RegExp][] = [
    [
      "drops the connection",
      (request) => request.socket.destroy(),
      "connection",
      /ECONNRESET: socket hang up/,
    ],
    ["resets the connection", (request) => request.socket.resetAndDestroy(), "connection", /ECONNRESET/],
    ["answers 503", (_, response) => response.writeHead(503).end(), "status", /status 503/],
    ["answers 404", (_, response) => response.writeHead(404).end(), "status", /status 404/],
    ["redirects", (_, response) => response.writeHead(302, { location: "/" }).end(), "status", /status 302/],
    [
      "answers late",
      (request, response) => setTimeout(() => echo(request, response), 600),
      "timeout",
      /300 ms/,
    ],
    ["never ends its answer", (_, response) => response.write("{"), "timeout", /300 ms/],
    [
      "cuts its answer short",
      (_, response) => response.writeHead(200, { "content-length": 99 }).write("{", () => response.destroy()),
      "cut",
      /in the midst of the answer/,
    ],
    [
      "closes within the headers",
      ({ socket }) => socket.end("HTTP/1.1 200 OK\r\nConten"),
      "cut",
      /in the midst of the answer/,
    ],
    ["answers something else", (_, response) => response.end("<html>"), "body", /echoes id undefined/],
    [
      "answers another request",
      (request, response) => {
        request.headers["x-load-id"] = "2";
        echo(request, response);
      },
      "body",
      /echoes id 2, not 1/,
    ],
    [
      "loses the body",
      (request, response) => {
        request.resume();
        const empty = createHash("sha256").digest("hex");
        response.end(JSON.stringify({ id: "1", method: "POST", length: 0, sha256: empty }));
      },
      "body",
      /echoes length 0, not 5/,
    ],
    [
      "corrupts the body",
      (request, response) => {
        request.resume();
        response.end(JSON.stringify({ id: "1", method: "POST", length: 5, sha256: "00" }));
      },
      "body",
      /echoes sha256 00, not 2cf2/,
    ],
  ];

  it("is answered when its echo is right", async () => {
    assert.deepEqual(await post(await serve(echo)), { slot: null, version: null, lost: null });
  });

  for (const [what, listener, kind, reason] of faults) {
    it(`is lost when the server ${what}: ${kind}`, async () => {
      const { lost } = await post(await serve(listener));
      assert.equal(lost?.kind, kind, JSON.stringify(lost));
      assert.match(lost?.reason ?? "", reason);
    });
  }

  it("is lost when nobody listens: connection", async () => {
    const port = await serve(echo);
    servers.pop()?.close();
    const { lost } = await post(port);
    assert.equal(lost?.kind, "connection");
    assert.match(lost?.reason ?? "", /ECONNREFUSED/);
  });

  it("is lost, and not repeated, when its kept connection closes before any byte of the answer: reused", async () => {
    const seen: Socket[] = [];
    const port = await serve((request, response) => {
      seen.push(request.socket);
      if (seen.length === 1) echo(request, response);
      else request.socket.destroy();
    });
    const agent = new Agent({ keepAlive: true });
    assert.equal((await post(port, agent)).lost, null);
    const { lost } = await post(port, agent);
    assert.equal(lost?.kind, "reused");
    assert.equal(seen.length, 2, "sent once only");
    assert.equal(seen[0], seen[1], "on the same connection");
  });

  it("is not sent on a kept connection whose end has been seen", async () => {
    const seen: Socket[] = [];
    const port = await serve((request, response) => {
      seen.push(request.socket);
      echo(request, response);
    });
    const options = { url: urlOf(port), maxSeconds: 1, newConnectionShare: 0, keptConnections: 1 };
    const clients = openClients(completeOptions(options));
    const { agent } = clients.next();
    assert.equal((await post(port, agent)).lost, null);
    const kept = await pWaitFor(() => {
      const free = Object.values(agent.freeSockets)[0]?.[0];
      return free ? pWaitFor.resolveWith(free) : false;
    });
    const next = new Promise<Outcome>((resolve) => kept.once("end", () => resolve(post(port, agent))));
    seen[0]?.end();
    assert.equal((await next).lost, null);
    assert.equal(new Set(seen).size, 2);
    clients.close();
  });

  it("knows the slot and the version also of a wrong answer", async () => {
    const port = await serve((_, response) =>
      response.writeHead(502, { "x-gateway-slot": "green-2", via: "1.1 kong/3.10.0.1" }).end(),
    );
    const { slot, version } = await post(port);
    assert.deepEqual({ slot, version }, { slot: "green", version: "3.10.0.1" });
  });

  for (const [via, version] of [
    ["1.1 kong/3.9.1", "3.9.1"],
    ["kong/3.9.1", "3.9.1"],
    ["HTTP/1.1 kong/3.9.1", "3.9.1"],
    ["1.1 host (kong/3.9.1)", "3.9.1"],
    ["1.1 kong/3.10.0.1-enterprise-edition", "3.10.0.1-enterprise-edition"],
    ["1.1 varnish/7.4, 1.1 kong/3.9.1", "3.9.1"],
    ["1.1 haproxy", null],
    ["", null],
    [undefined, null],
  ] as const) {
    it(`reads version ${version} out of Via: ${via}`, () => assert.equal(versionFrom(via), version));
  }

  for (const [node, slot] of [
    ["blue-1", "blue"],
    ["green-12", "green"],
    ["blue", "blue"],
    ["", null],
    [undefined, null],
  ] as const) {
    it(`reads slot ${slot} out of x-gateway-slot: ${node}`, () =>
      assert.equal(whoAnswered({ "x-gateway-slot": node }).slot, slot));
  }

  it("takes the version from Via, not from Server", () =>
    assert.equal(whoAnswered({ server: "kong/3.9.1" }).version, null));
});

describe("the load: its mix", () => {
  const turns = (count: number) => {
    const clients = openClients(
      completeOptions({
        url: "http://a",
        maxSeconds: 1,
        paths: ["/a", "/b"],
        newConnectionShare: 0.25,
        postShare: 0.5,
      }),
    );
    return Array.from({ length: count }, () => clients.next());
  };

  it("is exact for every combination of connection, method and path", () => {
    const counts: Record<string, number> = {};
    for (const { connection, method, path } of turns(400)) {
      const key = `${connection} ${method} ${path}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    const each = (connection: string, count: number) =>
      ["GET /a", "GET /b", "POST /a", "POST /b"].map((rest) => [`${connection} ${rest}`, count]);
    assert.deepEqual(counts, Object.fromEntries([...each("kept", 75), ...each("new", 25)]));
  });

  it("has bodies of 1 to 16 KiB for POST and none for GET", () => {
    const all = turns(400);
    const sizes = all.filter(({ method }) => method === "POST").map(({ body }) => body.bytes.length);
    assert.ok(Math.min(...sizes) >= 1024 && Math.max(...sizes) <= 16_384);
    assert.ok(new Set(sizes).size > 10);
    assert.ok(all.every(({ method, body }) => method === "POST" || body.bytes.length === 0));
  });
});

describe("the load: its options", () => {
  for (const [what, options, reason] of [
    ["no maxSeconds", { url: "http://a" }, /maxSeconds/],
    ["no URL", { maxSeconds: 1 }, /url/],
    ["https", { url: "https://a", maxSeconds: 1 }, /must be a http:\/\/ URL/],
    ["a share above 1", { url: "http://a", maxSeconds: 1, postShare: 2 }, /postShare/],
    ["an unknown key", { url: "http://a", maxSeconds: 1, retries: 3 }, /retries/],
  ] as const) {
    it(`refuse ${what}`, () => assert.throws(() => completeOptions(options), reason));
  }

  it("are read from the command line", () => {
    const argv = "--url http://a --path /x --path /y --rate 50 --max-seconds 9 --new-share 0 --ledger l.json";
    const read = readCommandLine([...argv.split(" "), "--header", "apikey: a:b"]);
    assert.ok(!read.attached);
    const { url, paths, ratePerSecond, maxSeconds, newConnectionShare, headers, timeoutMs } = completeOptions(
      read.options,
    );
    assert.deepEqual(
      { url, paths, ratePerSecond, maxSeconds, newConnectionShare, headers, timeoutMs },
      {
        ...{ url: "http://a", paths: ["/x", "/y"], ratePerSecond: 50, maxSeconds: 9, newConnectionShare: 0 },
        ...{ headers: { apikey: "a:b" }, timeoutMs: 10_000 },
      },
    );
  });
});

describe("the load: its ledger", () => {
  const right: Result = {
    ...{ sentAt: 0, answeredAt: 2, method: "GET", path: "/", connection: "kept" },
    ...{ slot: "blue", version: "3.9.1", lost: null },
  };

  /** `perSecond` gives how many requests each slot answers in each second. */
  function ledgerOf(perSecond: Record<string, number>[], more: Partial<Result>[] = []): Ledger {
    const book = openBook(1_000_000);
    const results = perSecond.flatMap((counts, second) =>
      Object.entries(counts).flatMap(([slot, count]) =>
        Array.from({ length: count }, (_, i) => {
          const sentAt = second * 1000 + (i * 1000) / count;
          return { ...right, slot, sentAt, answeredAt: sentAt + 2 };
        }),
      ),
    );
    for (const result of [...results, ...more.map((part) => ({ ...right, ...part }))]) {
      addSent(book, result.sentAt);
      addResult(book, result);
    }
    const elapsedMs = perSecond.length * 1000;
    const rest = { ended: "stopped", ratePerSecond: 100, skipped: 0, cpuShare: 0.1 } as const;
    return summarise(book, { url: "http://a", elapsedMs, ...rest });
  }

  for (const [what, perSecond, phases] of [
    ["one slot", [{ blue: 100 }, { blue: 100 }, { blue: 100 }], ["0-2 blue"]],
    [
      "a switch",
      [{ blue: 100 }, { blue: 60, green: 40 }, { green: 100 }],
      ["0 blue", "1 blue green", "2 green"],
    ],
    [
      "10%, then 50%, each scattered",
      [
        { blue: 91, green: 9 },
        { blue: 88, green: 12 },
        { blue: 52, green: 48 },
        { blue: 45, green: 55 },
      ],
      ["0-1 blue green", "2-3 blue green"],
    ],
    ["1%, with seconds that miss it", [{ blue: 297, green: 3 }, { blue: 300 }], ["0-1 blue green"]],
    [
      "a slot that appears with one request",
      [{ blue: 300 }, { blue: 299, green: 1 }],
      ["0 blue", "1 blue green"],
    ],
    ["a second of nothing", [{ blue: 100 }, {}, { blue: 100 }], ["0 blue", "1", "2 blue"]],
  ] as [string, Record<string, number>[], string[]][]) {
    it(`puts alike seconds into one phase: ${what}`, () => {
      const got = ledgerOf(perSecond).phases.map(({ from, to, rows }) =>
        [from === to ? `${from}` : `${from}-${to}`, ...rows.map(({ slot }) => slot)].join(" "),
      );
      assert.deepEqual(got, phases);
    });
  }

  for (const [what, perSecond, below, steady] of [
    ["all at the rate", [{ blue: 100 }, { blue: 100 }], 0, true],
    ["95%", [{ blue: 95 }, { blue: 105 }], 0, true],
    ["one below", [{ blue: 94 }, { blue: 106 }], 1, false],
    ["one empty", [{ blue: 100 }, {}], 1, false],
    ["no full second", [], 0, false],
  ] as [string, Record<string, number>[], number, boolean][]) {
    it(`is steady, or counts the seconds below: ${what}`, () => {
      const ledger = ledgerOf(perSecond);
      assert.deepEqual([ledger.secondsBelow, ledger.steady], [below, steady]);
    });
  }

  it("counts the lost by second, slot, mix and kind, and keeps each of them", () => {
    const ledger = ledgerOf(
      [{ blue: 2 }, { green: 1 }],
      [
        { sentAt: 1500, answeredAt: 1504.5, slot: "green", lost: { kind: "status", reason: "status 503" } },
        {
          sentAt: 900,
          answeredAt: 901,
          slot: null,
          version: null,
          method: "POST",
          connection: "new",
          lost: { kind: "connection", reason: "ECONNREFUSED" },
        },
      ],
    );
    const { sent, answered, lost, lostByKind, mix } = ledger;
    assert.deepEqual(
      { sent, answered, lost, lostByKind, mix },
      {
        ...{ sent: 5, answered: 3, lost: 2, lostByKind: { status: 1, connection: 1 } },
        mix: { "GET kept": { sent: 4, lost: 1 }, "POST new": { sent: 1, lost: 1 } },
      },
    );
    assert.deepEqual(
      ledger.seconds.map((row) => [row.second, row.slot, row.sent, row.answered, row.lost, row.p50]),
      [
        [0, "blue", 2, 2, 0, 2],
        [0, "none", 1, 0, 1, null],
        [1, "green", 2, 1, 1, 2],
      ],
    );
    assert.deepEqual(ledger.lostRequests, [
      {
        ...{ method: "POST", path: "/", connection: "new", slot: null, version: null },
        ...{ kind: "connection", reason: "ECONNREFUSED", sentAt: 1_000_900, afterMs: 1 },
      },
      {
        ...{ method: "GET", path: "/", connection: "kept", slot: "green", version: "3.9.1" },
        ...{ kind: "status", reason: "status 503", sentAt: 1_001_500, afterMs: 4.5 },
      },
    ]);
  });

  it("knows the first and last answer of a slot, by the time sent and by the time answered", () => {
    const { slots } = ledgerOf(
      [],
      [
        { slot: "green", sentAt: 200, answeredAt: 210, version: "3.10.0" },
        { slot: "green", sentAt: 100, answeredAt: 900, version: "3.10.0" },
        { slot: "green", sentAt: 300, answeredAt: 310, version: "3.10.1" },
        { slot: null, version: null, sentAt: 5000, answeredAt: 5001, lost: { kind: "cut", reason: "cut" } },
      ],
    );
    const green = slots.find(({ slot }) => slot === "green");
    assert.deepEqual(green, {
      ...{ slot: "green", sent: 3, answered: 3, lost: 0, p50: 10, p99: 800, versions: ["3.10.0", "3.10.1"] },
      ...{
        firstSentAt: 1_000_100,
        lastSentAt: 1_000_300,
        firstAnsweredAt: 1_000_210,
        lastAnsweredAt: 1_000_900,
      },
    });
    assert.equal(slots.find(({ slot }) => slot === "none")?.lastAnsweredAt, null);
  });

  it("shows what is in flight while it runs", () => {
    const book = openBook(0);
    for (let i = 0; i < 3; i++) addSent(book, i);
    addResult(book, right);
    assert.deepEqual(progressOf(book, 1002), {
      ...{ second: 1, sent: 3, answered: 1, lost: 0, inFlight: 2 },
      slots: { blue: { answered: 1, lost: 0, lastAnsweredAt: 2 } },
    });
  });

  it("takes percentiles by nearest rank", () => {
    const values = Array.from({ length: 200 }, (_, i) => i + 1);
    assert.deepEqual(
      [percentile(values, 0.5), percentile(values, 0.99), percentile([7], 0.99)],
      [100, 198, 7],
    );
    assert.equal(percentile([], 0.5), null);
  });

  it("reads as a table of phases", () => {
    const lost = { kind: "status", reason: "status 503" } as const;
    const ledger = ledgerOf(
      [{ blue: 100 }, { blue: 100 }, { green: 100 }],
      [{ slot: "green", version: "3.10.0", sentAt: 2500, answeredAt: 2504, lost }],
    );
    assert.equal(
      formatLedger(ledger),
      [
        "sent 301, answered 300, lost 1 (1 status)",
        "100.3 a second of 100 asked, over 3 s: steady",
        "",
        "second  slot   version       sent  answered  lost  p50 ms  p99 ms",
        "0-1     blue   3.9.1          200       200     0     2.0     2.0",
        "2       green  3.10.0 3.9.1   101       100     1     2.0     2.0",
        "",
        "lost:",
        "  at 2.50 s: GET /, kept connection, slot green, after 4 ms: status 503",
      ].join("\n"),
    );
  });
});

describe("the load: its process", function () {
  this.timeout(15_000);

  const brief = (url: string): LoadOptions => ({ url, ratePerSecond: 100, maxSeconds: 10, timeoutMs: 2000 });

  it("counts exactly what the upstream counts, ends by itself, and writes its ledger", async () => {
    const upstream = await startUpstream();
    const directory = mkdtempSync(join(tmpdir(), "load-"));
    const ledgerFile = join(directory, "ledger.json");
    const lines: Progress[] = [];
    try {
      const options = {
        ...brief(urlOf(upstream.port)),
        maxSeconds: 2.5,
        ledgerFile,
        paths: ["/a", "/b?delay=20"],
      };
      const load = await startLoad(options, (progress) => lines.push(progress));
      const ledger = await load.ended;
      assert.equal(ledger.ended, "maxSeconds");
      assert.equal(ledger.sent + ledger.skipped, 250);
      assert.equal(ledger.answered, ledger.sent);
      assert.equal(ledger.lost, 0);
      assert.equal(upstream.requests(), ledger.sent);
      assert.deepEqual(
        Object.values(ledger.mix).reduce((sum, { sent }) => sum + sent, 0),
        ledger.sent,
      );
      assert.deepEqual(JSON.parse(readFileSync(ledgerFile, "utf8")), ledger);
      assert.equal(lines.length, 2);
      assert.deepEqual(load.snapshot(), lines.at(-1));
      assert.deepEqual(await load.stop(), ledger);
    } finally {
      await upstream.close();
      rmSync(directory, { recursive: true });
    }
  });

  it("sends its headers, keeps its connections, and tells slots apart", async () => {
    const connections = new Set<Socket>();
    const keys = new Set<unknown>();
    let served = 0;
    const port = await serve((request, response) => {
      const slot = ++served % 4 === 0 ? "green-2" : "blue-1";
      connections.add(request.socket);
      keys.add(request.headers.apikey);
      response.setHeader("x-gateway-slot", slot);
      response.setHeader("via", slot === "green-2" ? "1.1 kong/3.10.0" : "1.1 kong/3.9.1");
      echo(request, response);
    });
    const load = await startLoad({
      ...brief(urlOf(port)),
      ...{ headers: { apikey: "k" }, newConnectionShare: 0, keptConnections: 4 },
    });
    await pWaitFor(() => served >= 80);
    const ledger = await load.stop();
    assert.equal(ledger.ended, "stopped");
    assert.equal(ledger.lost, 0);
    assert.equal(ledger.sent, served);
    assert.deepEqual([...keys], ["k"]);
    // A busy machine makes a few more than it keeps; without keeping any there would be one a request.
    const kept = connections.size >= 4 && connections.size < served / 2;
    assert.ok(kept, `${connections.size} connections for ${served} requests`);
    const bySlot = Object.fromEntries(
      ledger.slots.map(({ slot, sent, versions }) => [slot, { sent, versions }]),
    );
    assert.deepEqual(bySlot, {
      green: { sent: Math.floor(served / 4), versions: ["3.10.0"] },
      blue: { sent: served - Math.floor(served / 4), versions: ["3.9.1"] },
    });
  });

  it("counts every request that a faulty server spoils, with its reason", async () => {
    let seen = 0;
    const spoiled = { status: 0, dropped: 0 };
    const port = await serve((request, response) => {
      seen++;
      if (seen % 10 === 3) spoiled.status++;
      if (seen % 10 === 7) spoiled.dropped++;
      if (seen % 10 === 3) request.resume().on("end", () => response.writeHead(503).end());
      else if (seen % 10 === 7) request.socket.destroy();
      else echo(request, response);
    });
    const load = await startLoad({ ...brief(urlOf(port)), ratePerSecond: 200 });
    await pWaitFor(() => seen >= 200);
    const { sent, answered, lost, lostByKind, lostRequests } = await load.stop();
    const { status = 0, ...connections } = lostByKind;
    assert.equal(sent, seen);
    assert.equal(status, spoiled.status);
    assert.deepEqual(Object.keys(connections).sort(), ["connection", "reused"]);
    assert.equal((connections.connection ?? 0) + (connections.reused ?? 0), spoiled.dropped);
    assert.equal(lost, spoiled.status + spoiled.dropped);
    assert.equal(answered, sent - lost);
    assert.equal(lostRequests.length, lost);
  });

  it("waits for answers on their way when it is stopped", async () => {
    const upstream = await startUpstream();
    const options = { ...brief(urlOf(upstream.port)), paths: ["/?delay=700"] };
    const load = await startLoad(options);
    await pWaitFor(() => upstream.requests() >= 10);
    const ledger = await load.stop();
    await upstream.close();
    assert.equal(ledger.lost, 0);
    assert.equal(ledger.answered, upstream.requests());
  });

  it("keeps its rate though nothing is answered", async () => {
    const port = await serve(() => undefined);
    const load = await startLoad({ ...brief(urlOf(port)), maxSeconds: 1, timeoutMs: 500 });
    const { sent, skipped, lost, lostByKind } = await load.ended;
    assert.equal(sent + skipped, 100);
    assert.equal(lost, sent);
    assert.deepEqual(lostByKind, { timeout: sent });
  });

  it("ends when its parent is gone, and still writes its ledger", async () => {
    const port = await serve(echo);
    const directory = mkdtempSync(join(tmpdir(), "load-"));
    const ledgerFile = join(directory, "ledger.json");
    const main = join(__dirname, "../../sandbox/load/main.ts");
    const child = spawn(process.execPath, [
      "-r",
      require.resolve("../../tools/typescript.cjs"),
      main,
      "--attached",
    ]);
    try {
      child.stdin.write(`${JSON.stringify({ ...brief(urlOf(port)), maxSeconds: 60, ledgerFile })}\n`);
      await once(child.stdout, "data");
      child.stdin.destroy();
      child.stdout.destroy();
      await once(child, "exit");
      const ledger = JSON.parse(readFileSync(ledgerFile, "utf8")) as Ledger;
      assert.equal(ledger.ended, "parent gone");
      assert.equal(ledger.lost, 0);
    } finally {
      child.kill();
      rmSync(directory, { recursive: true });
    }
  });

  it("says why there is no ledger when the process is killed", async () => {
    const load = await startLoad(brief(urlOf(await serve(echo))));
    process.kill(load.pid, "SIGKILL");
    await assert.rejects(load.ended, /without a ledger \(SIGKILL\)/);
  });

  it("refuses wrong options before anything is sent", async () => {
    await assert.rejects(startLoad({ url: "ftp://a", maxSeconds: 1 }), /load options[^]*must be a http/);
  });
});
