import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { startUpstream, type Echo, type Upstream } from "../../sandbox/upstream";

interface Answer {
  status: number;
  reused: boolean;
  echo: Echo | null;
}

describe("the upstream", () => {
  let upstream: Upstream;
  const agent = new Agent({ keepAlive: true });

  before(async () => {
    upstream = await startUpstream();
  });
  after(async () => {
    agent.destroy();
    await upstream.close();
  });

  function ask(method: string, path: string, body = Buffer.alloc(0)): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { port: upstream.port, host: "127.0.0.1", agent, method, path };
      const sent = request(
        { ...options, headers: { "x-load-id": "7", "content-length": body.length } },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              reused: sent.reusedSocket,
              echo: text ? (JSON.parse(text) as Echo) : null,
            }),
          );
        },
      );
      sent.on("error", reject).end(body);
    });
  }

  for (const [method, size] of [
    ["GET", 0],
    ["POST", 0],
    ["POST", 16_384],
    ["POST", 1_000_000],
  ] as const) {
    it(`echoes a ${method} with ${size} bytes`, async () => {
      const body = randomBytes(size);
      const before = upstream.requests();
      const { status, echo } = await ask(method, "/orders?page=2", body);
      assert.equal(status, 200);
      assert.deepEqual(echo, {
        id: "7",
        method,
        path: "/orders?page=2",
        length: size,
        sha256: createHash("sha256").update(body).digest("hex"),
      });
      assert.equal(upstream.requests(), before + 1);
    });
  }

  it("answers late when asked to", async () => {
    const start = performance.now();
    await ask("GET", "/slow?delay=150");
    const took = performance.now() - start;
    assert.ok(took >= 149, `took ${took} ms`);
  });

  it("keeps connections open", async () => {
    await ask("GET", "/");
    assert.equal((await ask("GET", "/")).reused, true);
  });

  it("refuses other methods", async () => {
    assert.equal((await ask("DELETE", "/")).status, 405);
  });
});
