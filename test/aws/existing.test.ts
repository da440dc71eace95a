import assert from "node:assert/strict";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import { settled, stepLimit, upTo } from "../scenarios/given";
import { drifted, givenAwsStack, moveLiveWeights, onAws, weights, whoAnswers } from "./given";
import { type Somebody, somebodysGateway } from "./somebody";

const green = { version: "3.10.0" };

describe("given a gateway of somebody else's at 3.9.1 on AWS, on a listener of theirs", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("theirs");
  let theirs: Somebody;
  let upstream: Upstream;
  let untouched: unknown;

  const config = (more: StackConfig, storage = 30) => {
    const { listener, securityGroup, vpc, subnets } = theirs;
    return onAws(given.emulator, more, {
      databases: { engineVersion: "15.8", storage },
      network: { vpc, nodeSubnets: subnets, databaseSubnets: subnets },
      balancer: { listener, securityGroup, testers: ["127.0.0.0/8"], deregistrationDelay: 0 },
    });
  };
  const blue = () => ({
    ...{ version: "3.9.1", nodes: 1 },
    existing: {
      targetGroup: theirs.group,
      database: { instance: theirs.instance, name: "kong", user: "kong", password: theirs.password },
    },
  });
  const how = () => ({ listener: theirs.listener, groups: { blue: theirs.group } });
  const upgraded = () => config({ blue: blue(), green, traffic: { green: 100 } });

  before(async () => {
    upstream = await startUpstream();
    theirs = await somebodysGateway(given.emulator.url, "3.9.1");
    const json = { "content-type": "application/json", connection: "close" };
    const put = (at: string, body: object) =>
      fetch(theirs.adminApi + at, { method: "PUT", headers: json, body: JSON.stringify(body) });
    const answers = [
      await put("/services/echo", { url: `http://127.0.0.1:${upstream.port}` }),
      await put("/services/echo/routes/echo", { paths: ["/echo"] }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    untouched = await theirs.state();
  });
  after(async () => {
    await theirs?.close();
    await upstream?.close();
  });

  it("when the stack is made, it serves as blue", async () => {
    await upTo(given.stack, config({ blue: blue() }));
    assert.deepEqual(await weights(given, how()), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(theirs.url), "3.9.1");
  });

  it("when green's database is to be smaller than theirs, the preview refuses it", async () => {
    await given.stack.configure(config({ blue: blue(), green }, 20));
    const { code, output } = await given.stack.preview();
    assert.notEqual(code, 0, output);
    assert.match(output, /error: gateway:green\.aws\.databases\.storage: .* 20 GiB, .* has 30 GiB\./);
  });

  it("when green comes and gets all, it answers with the configuration of their database", async () => {
    await upTo(given.stack, upgraded());
    assert.deepEqual(await weights(given, how()), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(theirs.url), "3.10.0");
  });

  it("when somebody changes the weights past Pulumi, the preview says so, and the same config writes its own", async () => {
    await moveLiveWeights(given, { blue: 70, green: 30 }, how());
    const { output } = await given.stack.preview();
    assert.match(output.replace(/\s+/g, " "), drifted("blue 70 % and green 30 %", "0 and 100"));
    await upTo(given.stack, upgraded());
    assert.deepEqual(await weights(given, how()), { blue: 0, green: 100 });
    await settled(given.stack);
  });

  it("when the commit is reverted, theirs answers again", async () => {
    await upTo(given.stack, config({ blue: blue() }));
    assert.deepEqual(await weights(given, how()), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(theirs.url), "3.9.1");
  });

  it("when blue is retired after the upgrade, what is theirs is as it was", async () => {
    await upTo(given.stack, upgraded());
    await upTo(given.stack, config({ green }));
    assert.equal(await whoAnswers(theirs.url), "3.10.0");
    assert.deepEqual(await theirs.state(), untouched);
  });

  it("when the stack is destroyed, their listener leads where it led", async () => {
    const { code, output } = await given.stack.destroy();
    assert.equal(code, 0, output);
    assert.equal(await whoAnswers(theirs.url), "3.9.1");
    assert.deepEqual(await theirs.state(), untouched);
  });
});
