import assert from "node:assert/strict";
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { clientsOf } from "../../components/aws/clients";
import { namesOf } from "../../components/aws/names";
import { nodeOfUserData } from "../../sandbox/aws/ec2/user-data";
import type { Parameters } from "../../sandbox/aws/wire/call";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import type { StackConfig } from "../../tools/stack";
import { settled, stepLimit, upTo } from "../scenarios/given";
import { givenAwsStack, onAws, operations, region, resources, urlOf, weights, whoAnswers } from "./given";

const images = { "3.9.1": "ami-0391", "3.10.0": "ami-03a0" };
const blue = { version: "3.9.1", aws: { nodes: { ami: images["3.9.1"] } } };
const green = { version: "3.10.0", aws: { nodes: { ami: images["3.10.0"] } } };
const blueLife = "blue-3.9.1-g1";
const greenLife = "green-3.10.0-g1";

describe("given a gateway at 3.9.1 on EC2 instances", function () {
  this.timeout(stepLimit);
  const given = givenAwsStack("instances");
  const config = (slots: StackConfig) =>
    onAws(given.emulator, slots, {
      nodes: { compute: "ec2", instanceType: "m6g.large", stopTimeout: 10 },
    });
  let upstream: Upstream;
  let url = "";

  /** Ids of a life's instances. */
  async function instances(life: string): Promise<string[]> {
    const client = clientsOf({ region, endpoint: given.emulator.url }).groups();
    const name = namesOf(`gw-${given.stack.name}`).ofLife(life);
    const { AutoScalingGroups: [group] = [] } = await client.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    return (group?.Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
  }

  before(async () => {
    upstream = await startUpstream();
    for (const [version, ami] of Object.entries(images))
      given.emulator.images.set(ami, `kong/kong-gateway:${version}`);
    await upTo(given.stack, config({ blue }));
    url = await urlOf(given.stack);
    const [instance = ""] = await instances(blueLife);
    const admin = `http://${given.emulator.instances.get(instance)}:8001/services/echo`;
    const put = (at: string, body: object) =>
      fetch(at, {
        method: "PUT",
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify(body),
      });
    assert.equal((await put(admin, { url: `http://127.0.0.1:${upstream.port}` })).status, 200);
    assert.equal((await put(`${admin}/routes/echo`, { paths: ["/echo"] })).status, 200);
  });
  after(() => upstream?.close());

  it("its instance answers users, and no service does", async () => {
    assert.equal(await whoAnswers(url), "3.9.1");
    const types = (await resources(given.stack)).map(({ type }) => type);
    assert.ok(types.includes("aws:autoscaling/group:Group"));
    assert.ok(!types.includes("aws:ecs/service:Service"));
  });

  it("user data has no password in it: the instance fetches it", () => {
    const templates = given.emulator.calls().filter(({ action }) => action === "CreateLaunchTemplate");
    const [data] = templates.map(({ parameters }) => parameters.LaunchTemplateData as Parameters);
    const node = nodeOfUserData(String(data?.UserData));
    assert.deepEqual(node?.secrets, { KONG_PG_PASSWORD: "password" });
    assert.doesNotMatch(Buffer.from(String(data?.UserData), "base64").toString(), /a-password-of-tests/);
  });

  it("when green is added, it stands beside blue on instances of its own image, without traffic", async () => {
    await upTo(given.stack, config({ blue, green }));
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    assert.equal((await instances(greenLife)).length, 1);
  });

  it("when green's type of instance changes, new instances take the place of the old, and the group stays", async () => {
    const before = await instances(greenLife);
    await operations(given.stack);
    const larger = { ...green, aws: { nodes: { ...green.aws.nodes, instanceType: "m6g.xlarge" } } };
    await upTo(given.stack, config({ blue, green: larger }));
    const after = await instances(greenLife);
    assert.equal(after.length, 1);
    assert.notDeepEqual(after, before);
    const done = (await operations(given.stack)).filter(({ ok }) => ok);
    const group = done.filter(({ type }) => type === "aws:autoscaling/group:Group");
    assert.deepEqual(
      group.map(({ op, name }) => [op, name]),
      [["update", `${greenLife}-instances`]],
    );
    await settled(given.stack);

    await upTo(given.stack, config({ blue, green: larger, traffic: { green: 100 } }));
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(url), "3.10.0");
    assert.equal((await instances(blueLife)).length, 1);
  });

  it("when the commit is reverted, blue's instance answers again, and green's are gone", async () => {
    const before = await instances(blueLife);
    await upTo(given.stack, config({ blue }));
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    assert.deepEqual(await instances(blueLife), before);
    assert.deepEqual(await instances(greenLife), []);
  });

  it("when it is destroyed, no instance is left", async () => {
    const ran = await given.stack.destroy();
    assert.equal(ran.code, 0, ran.output);
    assert.deepEqual(await instances(blueLife), []);
  });
});
