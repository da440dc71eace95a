import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import { recorded, stepLimit, upTo } from "../scenarios/given";
import {
  addRoute,
  drifted,
  givenAwsStack,
  moveLiveWeights,
  onAws,
  urlOf,
  weights,
  whoAnswers,
} from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };
const port = 8080;
const testPort = 8444;

/** A connection that stays open, and what the gateway answers on it. */
async function openConnection(url: string): Promise<{ ask: () => Promise<string>; close: () => void }> {
  const { hostname, host } = new URL(url);
  const socket: Socket = connect(port, hostname);
  await once(socket, "connect");
  return {
    ask: async () => {
      socket.write(`GET /echo HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      const [data] = (await once(socket, "data")) as [Buffer];
      return /via: .*kong\/([\d.]+)/i.exec(data.toString())?.[1] ?? data.toString();
    },
    close: () => void socket.destroy(),
  };
}

describe("given a gateway at 3.9.1 behind a network balancer on AWS", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("nlb");
  const config = (more: object) => {
    const whole = onAws(given.emulator, { blue, ...more });
    const aws = whole.aws as { balancer: object };
    const balancer = { ...aws.balancer, type: "network", testPort, testers: ["127.0.0.1/32"] };
    return { ...whole, aws: { ...aws, balancer } };
  };
  const live = () => weights(given, { type: "network" });
  let upstream: Upstream;
  let url = "";

  before(async () => {
    upstream = await startUpstream();
    await upTo(given.stack, config({}));
    await addRoute(given, "blue-3.9.1-g1", upstream.port);
    url = await urlOf(given.stack);
  });
  after(() => upstream?.close());

  it("when green is added, it is tested on a port of its own, and no user gets there", async () => {
    await upTo(given.stack, config({ green }));
    assert.deepEqual(await live(), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    const { hostname } = new URL(url);
    assert.equal(await whoAnswers(`http://${hostname}:${testPort}`), "3.9.1");
    assert.equal(await whoAnswers(`http://${hostname}:${testPort + 1}`), "3.10.0");
  });

  it("then the ports of tests are open to testers alone", async () => {
    const opened = Object.entries(await recorded(given.stack))
      .filter(([name]) => name.includes("SecurityGroupIngressRule balancer-"))
      .map(([, inputs]) => inputs as { fromPort: number; cidrIpv4: string })
      .map(({ fromPort, cidrIpv4 }) => `${fromPort} from ${cidrIpv4}`);
    assert.deepEqual(opened.sort(), [
      "8080 from 127.0.0.0/8",
      "8080 from 127.0.0.1/32",
      "8444 from 127.0.0.1/32",
      "8445 from 127.0.0.1/32",
    ]);
  });

  it("when green gets all, new connections go there, and one that is open is told and stays", async () => {
    const kept = await openConnection(url);
    assert.equal(await kept.ask(), "3.9.1");
    const { output } = await upTo(given.stack, config({ green, traffic: { green: 100 } }));
    assert.deepEqual(await live(), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(url), "3.10.0");
    assert.equal(await kept.ask(), "3.9.1");
    kept.close();
    assert.match(output.replace(/\s+/g, " "), /up to 1 connections open 0 s after the weights were moved/);
  });

  it("when somebody changes the weights past Pulumi, the preview says so, and the same config writes its own", async () => {
    await moveLiveWeights(given, { blue: 70, green: 30 }, { type: "network" });
    assert.deepEqual(await live(), { blue: 70, green: 30 });
    await given.stack.configure(config({ green, traffic: { green: 100 } }));
    const { output } = await given.stack.preview();
    assert.match(output.replace(/\s+/g, " "), drifted("blue 70 % and green 30 %", "0 and 100"));
    await upTo(given.stack, config({ green, traffic: { green: 100 } }));
    assert.deepEqual(await live(), { blue: 0, green: 100 });
  });

  it("when the commit is reverted, blue answers and nothing of green is left", async () => {
    await upTo(given.stack, config({}));
    assert.deepEqual(await live(), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    await assert.rejects(fetch(`http://${new URL(url).hostname}:${testPort + 1}`));
  });
});
