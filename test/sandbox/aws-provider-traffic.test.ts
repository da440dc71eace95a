import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import {
  DescribeRulesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Properties, type Recorded, text, UNKNOWN } from "./aws-plugin";
import { type PluginOnEmulator, startPluginOnEmulator } from "./plugin-on-emulator";

const RULE = "aws:lb/listenerRule:ListenerRule";
const GROUP = "aws:lb/targetGroup:TargetGroup";

describe("the stand-in for the aws plugin: traffic", () => {
  let { emulator, plugin, faultsFile, stop } = {} as PluginOnEmulator;
  let elb: ElasticLoadBalancingV2Client;
  let vpc: Recorded;
  let balancer: Recorded;
  let listener: Recorded;
  let blue: Recorded;
  let green: Recorded;

  const group = (name: string, more: Properties = {}) =>
    plugin.create(GROUP, name, { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.id, ...more });
  const conditions = [{ pathPattern: { values: ["/*"] } }];
  const forward = (...groups: Properties[]) => [{ type: "forward", forward: { targetGroups: groups } }];
  const shift = (weights: number[], more: Properties = {}): Properties => ({
    ...{ listenerArn: listener.id, priority: 10, conditions },
    actions: forward(...[blue, green].map(({ id: arn }, i) => ({ arn, weight: weights[i]! }))),
    ...more,
  });
  const liveWeights = async (rule: Recorded) => {
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [rule.id] }));
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return [blue, green].map(({ id }) => groups.find((one) => one.TargetGroupArn === id)?.Weight);
  };
  /** The calls that change something, while the action ran. */
  const changing = async (action: () => Promise<unknown>) => {
    const before = emulator.calls().length;
    await action();
    return emulator
      .calls()
      .slice(before)
      .map((call) => call.action)
      .filter((name) => !name.startsWith("Describe"));
  };

  before(async function () {
    this.timeout(240_000);
    ({ emulator, plugin, faultsFile, stop } = await startPluginOnEmulator({
      AWS_PROVIDER_PATIENCE_MS: "600",
    }));
    elb = new ElasticLoadBalancingV2Client({
      ...{ endpoint: emulator.url, region: emulator.environment.AWS_REGION! },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    vpc = await plugin.create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    const zones = ["a", "b"].map((letter) => `${emulator.environment.AWS_REGION}${letter}`);
    const subnets = await Promise.all(
      zones.map((availabilityZone, i) =>
        plugin.create("aws:ec2/subnet:Subnet", `subnet-${i}`, {
          ...{ vpcId: vpc.id, cidrBlock: `10.0.${i}.0/24`, availabilityZone },
        }),
      ),
    );
    balancer = await plugin.create("aws:lb/loadBalancer:LoadBalancer", "balancer", {
      ...{ internal: true, subnets: subnets.map(({ id }) => id) },
    });
    listener = await plugin.create("aws:lb/listener:Listener", "listener", {
      ...{ loadBalancerArn: balancer.id, port: 18_080, protocol: "HTTP" },
      defaultActions: [
        { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
      ],
    });
    [blue, green] = await Promise.all([group("blue"), group("green")]);
  });
  after(async () => {
    elb.destroy();
    await stop();
  });

  it("a changed tag writes no weights, though the live ones are others; changed actions do", async () => {
    const rule = await plugin.create(RULE, "rule", shift([100, 0]));
    const forwarded = (weight: number) => ({ TargetGroupArn: blue.id, Weight: weight });
    const Actions = [{ Type: "forward" as const, ForwardConfig: { TargetGroups: [forwarded(7)] } }];
    await elb.send(new ModifyRuleCommand({ RuleArn: rule.id, Actions }));
    const tagged = await changing(async () =>
      plugin.update(rule, shift([100, 0], { tags: { owner: "me" } })),
    );
    assert.deepEqual(tagged, ["AddTags"]);
    assert.deepEqual(await liveWeights(rule), [7, undefined]);
    const shifted = await changing(async () => plugin.update(rule, shift([50, 50])));
    assert.deepEqual(shifted, ["ModifyRule"]);
    assert.deepEqual(await liveWeights(rule), [50, 50]);
    await plugin.delete(rule);
  });

  it("a missing weight is 1, on AWS and in the outputs", async () => {
    const actions = forward({ arn: blue.id }, { arn: green.id, weight: 0 });
    const rule = await plugin.create(RULE, "rule", shift([], { actions }));
    assert.deepEqual(await liveWeights(rule), [1, 0]);
    assert.deepEqual(
      rule.outputs.actions,
      forward({ arn: blue.id, weight: 1 }, { arn: green.id, weight: 0 }),
    );
    await plugin.delete(rule);
  });

  it("refuses a top-level target group beside weights for others", async () => {
    const [action] = shift([0, 100]).actions as Properties[];
    const actions = [{ ...action, targetGroupArn: blue.id }];
    await assert.rejects(plugin.create(RULE, "rule", shift([], { actions })), /only if the ARNs match/);
  });

  it("a changed priority is set in place; another listener replaces the rule", async () => {
    const rule = await plugin.create(RULE, "rule", shift([100, 0]));
    assert.deepEqual(await plugin.diff(rule, shift([100, 0], { priority: 20 })), ["priority"]);
    const calls = await changing(async () => plugin.update(rule, shift([100, 0], { priority: 20 })));
    assert.deepEqual(calls, ["SetRulePriorities"]);
    const elsewhere = shift([100, 0], { listenerArn: `${listener.id}x` });
    assert.deepEqual(await plugin.diff(rule, elsewhere), ["listenerArn!"]);
    await plugin.delete(rule);
  });

  it("a refresh records the live weights, and then the program's differ", async () => {
    const rule = await plugin.create(RULE, "rule", shift([100, 0]));
    await plugin.update(rule, shift([30, 70]));
    const refreshed = await plugin.read(rule);
    assert.deepEqual(await plugin.diff(refreshed!, shift([100, 0])), [
      "actions[0].forward.targetGroups[0].weight",
      "actions[0].forward.targetGroups[1].weight",
    ]);
    await plugin.delete(rule);
    assert.equal(await plugin.read(rule), undefined);
  });

  it("a target group that a rule names is tried again for a while, then not deleted", async () => {
    const rule = await plugin.create(RULE, "rule", shift([100, 0]));
    const tries = async () =>
      assert.rejects(plugin.delete(green), /deleting ELBv2 Target Group .*ResourceInUse/);
    const calls = await changing(tries);
    assert.ok(calls.length > 1, calls.join());
    const going = plugin.delete(green);
    await plugin.delete(rule);
    await going;
    green = await group("green");
  });

  it("refuses names that are taken", async () => {
    await assert.rejects(
      group("other", { name: blue.outputs.name! }),
      /^Error: ELBv2 Target Group \(blue-\w{7}\) already exists$/,
    );
    await assert.rejects(
      plugin.create("aws:lb/loadBalancer:LoadBalancer", "other", { ...balancer.inputs }),
      /ELBv2 Load Balancer \(balancer-\w{7}\) already exists/,
    );
  });

  it("what AWS fixes at creation replaces; what it can change does not", async () => {
    const given = { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.id };
    assert.deepEqual(await plugin.diff(blue, given), []);
    const fixed = { ...given, port: 8001, targetType: "instance", vpcId: "vpc-2", name: "other" };
    assert.deepEqual((await plugin.diff(blue, fixed)).sort(), ["name!", "port!", "targetType!", "vpcId!"]);
    assert.deepEqual(await plugin.diff(blue, { ...given, deregistrationDelay: 5 }), ["deregistrationDelay"]);
  });

  it("makes names of at most 32 characters, the same in preview and update, and does not know ARNs in a preview", async () => {
    const name = "a-name-that-is-longer-than-a-target-group-may-have";
    const given = { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.id };
    const previewed = await plugin.previewCreate(GROUP, name, given);
    assert.match(text(previewed.name), /^a-name-that-is-longer-th-[0-9a-f]{7}$/);
    assert.equal(previewed.arn, UNKNOWN);
    const made = await plugin.create(GROUP, name, given);
    assert.equal(made.outputs.name, previewed.name);
    await plugin.delete(made);
  });

  it("tags of the provider go to every resource and show in tagsAll; a changed one is a change", async () => {
    await plugin.configure({ defaultTags: JSON.stringify({ tags: { stack: "dev", owner: "us" } }) });
    const given = { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.id, tags: { owner: "me" } };
    const made = await plugin.create(GROUP, "tagged", given);
    assert.deepEqual(made.outputs.tagsAll, { stack: "dev", owner: "me" });
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [made.id] }));
    const tags = TagDescriptions![0]!.Tags!.map(({ Key, Value }) => `${Key}=${Value}`);
    assert.deepEqual(tags.sort(), ["owner=me", "stack=dev"]);
    await plugin.configure({ defaultTags: JSON.stringify({ tags: { stack: "prod" } }) });
    assert.deepEqual(await plugin.diff(made, given), ["tagsAll"]);
    await plugin.configure({ defaultTags: JSON.stringify({ tags: {} }) });
    await plugin.delete(made);
  });

  it("a fault strikes as often as it says, on what it names, before anything is done", async () => {
    const rule = await plugin.create(RULE, "struck-rule", shift([100, 0]));
    const fault = { op: "update", type: RULE, name: "struck", when: "before", times: 1 };
    writeFileSync(faultsFile, JSON.stringify([{ ...fault, name: "other" }, fault]));
    const calls = await changing(() =>
      assert.rejects(plugin.update(rule, shift([0, 100])), /injected fault: the update of struck-rule/),
    );
    assert.deepEqual(calls, []);
    await plugin.update(rule, shift([0, 100]));
    assert.deepEqual(await liveWeights(rule), [0, 100]);
    const left = JSON.parse(readFileSync(faultsFile, "utf8")) as { times: number }[];
    assert.deepEqual(
      left.map(({ times }) => times),
      [1, 0],
    );
    await plugin.delete(rule);
  });

  it("never speaks to an AWS that is not on this machine", async () => {
    await plugin.configure({ endpoints: JSON.stringify([{ elbv2: "https://aws.example" }]) });
    await assert.rejects(group("anywhere"), /works on a loopback emulator only, not on aws\.example/);
    await plugin.configure({ endpoints: JSON.stringify([{ elbv2: emulator.url }]) });
    await plugin.delete(await group("here"));
  });
});
