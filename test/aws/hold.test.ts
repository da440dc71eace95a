import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { clientsOf } from "../../components/aws/clients";
import { closeWay } from "../../components/aws/live/admin-way";
import { namesOf } from "../../components/aws/names";
import type { StackConfig } from "../../tools/stack";
import { settled, stepLimit, upTo } from "../scenarios/given";
import { admin, failing, givenAwsStack, onAws, region, weights } from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };
const [ofBlue, ofGreen] = ["blue-3.9.1-g1", "green-3.10.0-g1"];
const here = ["127.0.0.0/8"];
const adminPort = 8001;
const balancer = {
  ...{ port: 8080, clients: here, testers: here, deregistrationDelay: 0 },
  admin: { port: adminPort, clients: here },
};

describe("given a gateway on AWS whose Admin API is reached through the balancer", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("hold");
  let file = "";
  const config = (more: StackConfig = {}) => onAws(given.emulator, { blue, ...more }, { balancer });
  const upgrade = (more: StackConfig = {}) =>
    config({ green, acknowledge: [{ id: "kong/3.10/ai-metrics-key", apply: file }], ...more });

  /** A request to the Admin API as an administrator sends it. */
  const throughBalancer = async (method: string, at: string, body?: unknown): Promise<Response> => {
    const { adminUrl } = await given.stack.outputs();
    return fetch(`${String(adminUrl)}${at}`, {
      method,
      headers: { "content-type": "application/json", connection: "close" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  };
  const writeService = (name: string) =>
    throughBalancer("PUT", `/services/${name}`, { url: "http://127.0.0.1:9" });
  const taken = async (name: string) => {
    const answer = await writeService(name);
    assert.equal(answer.status, 200, await answer.text());
  };
  /** Reads go on, writes are turned away with the reason and both ways out. */
  const held = async () => {
    assert.equal((await throughBalancer("GET", "/services/echo")).status, 200);
    for (const method of ["PUT", "POST", "PATCH", "DELETE"]) {
      const answer = await throughBalancer(method, "/services/late", {});
      assert.equal(answer.status, 423, method);
      const { message } = (await answer.json()) as { message: string };
      assert.match(message, /would be lost/);
      assert.match(message, /Give green all weight.*or take green out/);
    }
  };
  const serviceOf = async (life: string, name: string) => {
    const answer = await admin(given, life, "GET", `/services/${name}`);
    return { status: answer.status, ...((await answer.json()) as { retries?: number }) };
  };

  before(async () => {
    file = path.join(given.stack.directory, "requests.json");
    await writeFile(
      file,
      JSON.stringify([{ method: "PATCH", path: "/services/echo", body: { retries: 7 } }]),
    );
    await upTo(given.stack, config());
  });

  it("when one slot stands, its Admin API takes writes", async () => {
    await taken("echo");
    assert.equal((await serviceOf(ofBlue, "echo")).status, 200);
  });

  it("when an upgrade fails half-way, reads go on and writes are turned away", async () => {
    await failing(given.stack, [{ op: "create", type: "aws:ecs/service:Service", when: "before", times: 1 }]);
    await given.stack.configure(upgrade());
    const ran = await given.stack.up();
    assert.notEqual(ran.code, 0, ran.output);
    await held();
  });

  it("when it goes on, green has what the change sends to it, which is no inequality, and takes writes alone", async () => {
    await upTo(given.stack, upgrade({ traffic: { green: 100 } }));
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    assert.equal((await serviceOf(ofGreen, "echo")).retries, 7);
    assert.notEqual((await serviceOf(ofBlue, "echo")).retries, 7);
    await taken("after");
    assert.equal((await serviceOf(ofGreen, "after")).status, 200);
    assert.equal((await serviceOf(ofBlue, "after")).status, 404);
  });

  it("when the commit is reverted, blue's takes writes", async () => {
    await upTo(given.stack, config());
    await taken("back");
    assert.equal((await serviceOf(ofBlue, "back")).status, 200);
    await settled(given.stack);
  });

  it("when a killed update closed it and left no record, the next one opens it", async () => {
    const names = namesOf(`gw-${given.stack.name}`);
    await closeWay(clientsOf({ region, endpoint: given.emulator.url }), names, { port: adminPort });
    assert.equal((await writeService("late")).status, 423);
    await upTo(given.stack, config());
    await taken("late");
  });

  it("when it is destroyed, nothing holds the Admin API's targets", async () => {
    const ran = await given.stack.destroy();
    assert.equal(ran.code, 0, ran.output);
  });
});
