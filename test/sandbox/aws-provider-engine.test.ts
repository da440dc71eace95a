import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { providerOnPath } from "../../sandbox/aws/provider/install";
import { isRunning } from "../engine/is-running";
import { TemporaryProject } from "../engine/temporary-project";
import { startEmptyEmulator } from "./aws-fakes";
import { Plugin } from "./aws-plugin";

interface Line {
  pid: number;
  op: string;
  name: string;
  phase: string;
  id: string;
  ok: boolean;
  calls: string[];
  weights?: Record<string, number>;
}

/** What the engine has recorded, as far as the rule goes. */
interface State {
  checkpoint: {
    latest: {
      resources: {
        urn: string;
        outputs: { actions: [{ forward: { targetGroups: { weight: number }[] } }] };
      }[];
    };
  };
}

describe("the stand-in for the aws plugin on the engine", () => {
  let project: TemporaryProject;
  let elb: ElasticLoadBalancingV2Client;
  let stop: () => Promise<void>;
  let place: { vpc: string; subnets: string[] };
  let journalFile: string;
  let faultsFile: string;

  /** A balancer whose rule splits the traffic by these weights, a group each. */
  const program = (weights: number[], { ignored = [] as string[], more = "" } = {}) =>
    project.write(
      "index.js",
      `const pulumi = require("@pulumi/pulumi");
      const lb = require("@pulumi/aws/lb");
      const secretsmanager = require("@pulumi/aws/secretsmanager");
      const balancer = new lb.LoadBalancer("balancer", { internal: true, subnets: ${JSON.stringify(place.subnets)} });
      const group = (name, more = {}) => new lb.TargetGroup(name, {
        port: 8000, protocol: "HTTP", targetType: "ip", vpcId: "${place.vpc}", ...more });
      const groups = ${JSON.stringify(weights)}.map((weight, i) => ({ arn: group("group-" + i).arn, weight }));
      const listener = new lb.Listener("listener", { loadBalancerArn: balancer.arn, port: 18080, protocol: "HTTP",
        defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }] });
      const rule = new lb.ListenerRule("rule", { listenerArn: listener.arn, priority: 10,
        conditions: [{ pathPattern: { values: ["/*"] } }],
        actions: [{ type: "forward", forward: { targetGroups: groups } }],
      }, { ignoreChanges: ${JSON.stringify(ignored)} });
      const secret = new secretsmanager.Secret("secret", { recoveryWindowInDays: 0 });
      const version = new secretsmanager.SecretVersion("version", {
        secretId: secret.id, secretString: pulumi.secret("never-shown") });
      exports.rule = rule.arn;
      exports.shown = version.secretString;
      ${more}`,
    );
  const journal = () =>
    readFileSync(journalFile, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
  const ended = (op: string, name: string) =>
    journal()
      .filter((line) => line.op === op && line.name === name && line.phase === "end")
      .at(-1)!;
  const faults = (...list: object[]) => writeFileSync(faultsFile, JSON.stringify(list));
  const ruleArn = () => ended("create", "rule").id;
  const liveWeights = async () => {
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn()] }));
    return Rules![0]!.Actions![0]!.ForwardConfig!.TargetGroups!.map(({ Weight }) => Weight);
  };
  const recordedWeights = () => {
    const { resources } = (JSON.parse(project.state()) as State).checkpoint.latest;
    const rule = resources.find(({ urn }) => urn.endsWith("::rule"))!;
    return rule.outputs.actions[0].forward.targetGroups.map(({ weight }) => weight);
  };
  const succeeds = async (...command: string[]) => {
    const { code, printed } = await project.pulumi(...command);
    assert.equal(code, 0, printed);
    return printed;
  };
  const up = () => succeeds("up", "--yes", "--skip-preview");

  before(async function () {
    this.timeout(240_000);
    const { emulator, directory, stop: stopEmulator } = await startEmptyEmulator();
    journalFile = path.join(directory, "journal");
    faultsFile = path.join(directory, "faults.json");
    stop = stopEmulator;
    elb = new ElasticLoadBalancingV2Client({
      ...{ endpoint: emulator.url, region: emulator.environment.AWS_REGION! },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const plugin = await Plugin.start(directory, emulator.environment);
    const { id: vpc } = await plugin.create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    const subnets = await Promise.all(
      ["a", "b"].map((letter, i) =>
        plugin.create("aws:ec2/subnet:Subnet", `subnet-${i}`, {
          ...{ vpcId: vpc, cidrBlock: `10.0.${i}.0/24` },
          availabilityZone: `${emulator.environment.AWS_REGION}${letter}`,
        }),
      ),
    );
    await plugin.stop();
    place = { vpc, subnets: subnets.map(({ id }) => id) };
    project = await TemporaryProject.create({ nodeargs: "" });
    const environment = project.environment();
    const onPath = await providerOnPath(directory);
    project.environment = () => ({
      ...environment,
      ...emulator.environment,
      PATH: `${onPath}${path.delimiter}${environment.PATH}`,
      AWS_PROVIDER_JOURNAL: journalFile,
      AWS_PROVIDER_FAULTS: faultsFile,
    });
  });
  after(async () => {
    elb.destroy();
    project.remove();
    await stop();
  });

  it("creates in order, and keeps secrets", async () => {
    program([100, 0]);
    const printed = await up();
    assert.match(printed, /shown: \[secret\]/);
    assert.doesNotMatch(printed + project.state() + readFileSync(journalFile, "utf8"), /never-shown/);
    const made = journal().filter(({ op, phase }) => op === "create" && phase === "end");
    const order = made.map(({ name }) => name);
    assert.ok(order.indexOf("balancer") < order.indexOf("listener"), order.join());
    assert.equal(order.indexOf("rule") > order.indexOf("group-1"), true);
    assert.deepEqual(ended("create", "rule").calls, ["elasticloadbalancing:CreateRule"]);
    assert.deepEqual(Object.values(ended("create", "rule").weights!), [100, 0]);
  });

  it("a preview shows the changed weights alone, and changes nothing", async () => {
    program([50, 50]);
    const lines = journal().length;
    const printed = await succeeds("preview", "--diff");
    assert.match(printed, /weight: 100 => 50/);
    assert.match(printed, /1 to update/);
    assert.match(printed, /7 unchanged/);
    assert.equal(journal().length, lines);
    assert.deepEqual(await liveWeights(), [100, 0]);
  });

  // pulumi-aws#5772
  it("a group added at weight 0, whose weight is ignored by its index, lands at 1", async () => {
    const ignored = [0, 1, 2].map((i) => `actions[0].forward.targetGroups[${i}].weight`);
    program([100, 0, 0], { ignored });
    await up();
    assert.deepEqual(await liveWeights(), [100, 0, 1]);
  });

  // pulumi-aws#5798
  it("weights set by hand and ignored are written over as soon as the actions change elsewhere", async () => {
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn()] }));
    const [action] = Rules![0]!.Actions!;
    const groups = action!.ForwardConfig!.TargetGroups!.map((one) => ({ ...one, Weight: 50 }));
    const Actions = [{ Type: action!.Type, ForwardConfig: { TargetGroups: groups } }];
    await elb.send(new ModifyRuleCommand({ RuleArn: ruleArn(), Actions }));
    program([100, 0, 0, 0], { ignored: ["actions[0].forward.targetGroups[*].weight"] });
    await up();
    assert.deepEqual(await liveWeights(), [100, 0, 0, 0]);
  });

  it("a create that fails after it was done leaves no state, but what it made", async () => {
    faults({ op: "create", type: "aws:lb/targetGroup:TargetGroup", name: "extra", when: "after", times: 1 });
    program([100, 0], { more: 'group("extra", { name: "extra" });' });
    const { code, printed } = await project.up();
    assert.notEqual(code, 0);
    assert.match(printed, /injected fault: the create of extra fails after it is done/);
    assert.doesNotMatch(project.state(), /::extra"/);
    assert.equal(ended("create", "extra").ok, false);
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ["extra"] }));
    assert.equal(TargetGroups?.length, 1);
  });

  it("killed when an update was done: the state is the old one, nothing stays, and the next up goes on", async () => {
    faults({ op: "update", name: "rule", when: "after", times: 1, hang: true });
    program([60, 40]);
    const flags = ["--yes", "--skip-preview", "--non-interactive", "--stack", "test", "--cwd"];
    const engine = spawn(path.resolve("node_modules/.bin/pulumi"), ["up", ...flags, project.directory], {
      env: project.environment(),
      stdio: "ignore",
    });
    while (!existsSync(`${faultsFile}.reached`)) await wait(50);
    engine.kill("SIGKILL");
    assert.deepEqual(await liveWeights(), [60, 40]);
    assert.notDeepEqual(recordedWeights(), [60, 40]);
    const plugin = journal().at(-1)!.pid;
    for (let tries = 0; tries < 100 && isRunning(plugin); tries++) await wait(50);
    assert.equal(isRunning(plugin), false);
    await succeeds("cancel", "--yes");
    await up();
    assert.deepEqual(recordedWeights(), [60, 40]);
    await succeeds("destroy", "--yes", "--skip-preview");
  });
});
