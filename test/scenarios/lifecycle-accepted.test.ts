import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Finding } from "../../products/finding";
import type { ReleaseRecord } from "../../products/record";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import {
  addRoute,
  admin,
  closedWindow,
  givenStack,
  refused,
  settled,
  stepLimit,
  upTo,
  weights,
  whoAnswers,
} from "./given";
import { failedWith } from "./trouble";

describe("given an upgrade that asks for something to be accepted", function () {
  this.timeout(stepLimit);
  const given = givenStack("accepted");
  const blue = { version: "3.9.1" };
  const window = closedWindow();
  const reason = "the vendor's notice asks for it today";
  let upstream: Upstream;
  let file = "";

  const upgrade = (more: StackConfig): StackConfig => ({
    ...{ blue, green: { version: "3.10.0" }, traffic: { green: 100 }, window },
    acknowledge: [{ id: "kong/3.10/ai-metrics-key", apply: file }],
    ...more,
  });
  const retriesOfEcho = async () =>
    ((await (await admin(given.stack, "GET", "/services/echo")).json()) as { retries: number }).retries;

  before(async () => {
    const { stack } = given;
    upstream = await startUpstream();
    file = path.join(stack.directory, "requests.json");
    await upTo(stack, { blue, window });
    await addRoute(stack, upstream.port);
  });
  after(() => upstream?.close());

  it("when its file of requests holds one that must not be sent twice, the preview refuses it", async () => {
    await writeFile(file, JSON.stringify([{ method: "POST", path: "/services", body: { name: "twice" } }]));
    await refused(given.stack, upgrade({}), "error: gateway:acknowledge:", "must be PUT, PATCH or DELETE");
  });

  it("when the window is closed, it is refused until a reason sets that aside", async () => {
    await writeFile(
      file,
      JSON.stringify([{ method: "PATCH", path: "/services/nobody", body: { retries: 7 } }]),
    );
    await refused(given.stack, upgrade({}), "error: gateway:window:", "Wait for its next opening");
  });

  it("when green refuses a request, the update says which, and blue serves", async () => {
    const { stack } = given;
    await stack.configure(upgrade({ windowOverride: reason }));
    failedWith(await stack.up(), /request 1, PATCH \/services\/nobody, is answered with 404/);
    assert.deepEqual(await weights(stack), { blue: 100, green: 0 });
    assert.equal(await retriesOfEcho(), 5);
  });

  it("once the file is mended, the next up goes on, and green alone has what was asked for", async () => {
    const { stack } = given;
    await writeFile(
      file,
      JSON.stringify([{ method: "PATCH", path: "/services/echo", body: { retries: 7 } }]),
    );
    await upTo(stack, upgrade({ windowOverride: reason }));
    assert.equal(await whoAnswers(stack), "green 3.10.0");
    assert.equal(await retriesOfEcho(), 7);
  });

  it("then the outputs keep what was accepted, and why", async () => {
    const { stack } = given;
    const { release, findings } = (await stack.outputs()) as { release: ReleaseRecord; findings: Finding[] };
    assert.deepEqual(
      release.overrides?.map((override) => override.reason),
      [reason],
    );
    const accepted = findings.map(({ severity, rule }) => `${severity} ${rule}`);
    for (const rule of ["warning window/closed", "warning breaking-change/not-acknowledged"])
      assert.ok(accepted.includes(rule), accepted.join(", "));
    await settled(stack);
  });

  it("when it is reverted outside the window, nothing is asked, and blue has its own configuration", async () => {
    const { stack } = given;
    await upTo(stack, { blue, window });
    assert.equal(await whoAnswers(stack), "blue 3.9.1");
    assert.equal(await retriesOfEcho(), 5);
  });
});
