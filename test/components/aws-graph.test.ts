import assert from "node:assert/strict";
import type { AwsSettings } from "../../components/aws/settings";
import { type Release, slotNames } from "../../products/release";
import { release } from "../products/releases";
import { type Case, cases, greenAlone, one, ranges, type What } from "./aws-cases";
import { build, moment, secretTexts, settingsOf, startListenerAnswers, urlOfLast } from "./aws-graph";
import { commandsOf, environmentOf, pieceOf, type Registered, sorted, upstreamOf } from "./mocked-graph";

/** How the engine marks what is secret. */
const secretMark = "4dabf18193072939515e22adb298388d";

const all = Object.keys(cases) as What[];

/** Types that AWS keeps no tags of. */
const untagged = ["RouteTableAssociation", "RolePolicy", "SecretVersion"];

const isAws = ({ type }: Registered) => type.startsWith("aws:");
const kindOf = ({ type }: Registered) => type.split(":").at(-1) as string;

describe("the graph of a gateway on AWS", function () {
  this.timeout(60_000);
  const graphs = new Map<What, Registered[]>();
  const urls = new Map<What, string>();
  let answers: Awaited<ReturnType<typeof startListenerAnswers>>;
  const wantedOf = (what: What): [Release, AwsSettings] => {
    const { aws, slots, blue }: Case = cases[what];
    const settings = settingsOf({ ...aws, endpoint: answers.url });
    return [release(slots(settings), blue), settings];
  };
  before(async () => {
    answers = await startListenerAnswers();
    for (const what of all) {
      graphs.set(what, await build(...wantedOf(what)));
      urls.set(what, urlOfLast);
    }
  });
  after(() => answers.stop());
  const graph = (what: What) => graphs.get(what) as Registered[];
  const custom = (what: What) => graph(what).filter(({ custom }) => custom);
  const ofKind = (kind: string, what: What) => custom(what).filter((each) => kindOf(each) === kind);
  const named = (name: string, what: What) => {
    const found = custom(what).find((each) => each.name === name);
    assert.ok(found, `there is a resource ${name} with ${what}`);
    return found;
  };
  const waitsFor = (name: string, what: What) =>
    upstreamOf(named(name, what), graph(what))
      .filter((each) => each.custom)
      .map((each) => each.name);
  const holdsLife = (what: What, life: string) =>
    custom(what).filter(({ name }) => name.startsWith(life) || name === `before-${life}`);

  const green = "green-3.10.0-g4";
  const blue = "blue-3.9.1-g1";
  const ofLife = (life: string) =>
    [
      ...["database", "database-read", "guard", "migrations-finish", "migrations-up", "nodes", "reserve"],
      ...["service", "smoke-test", "targets", "tasks", "test-way"],
    ].map((piece) => `${life}-${piece}`);
  // A network balancer's test listener goes with its balancer: no rule can hold a target group.
  const withoutRule = (names: string[]) => names.filter((name) => !name.endsWith("-test-way"));

  describe("has these resources of a slot", () => {
    const table: [What, string[]][] = [
      ["one slot", ofLife(blue)],
      ["two slots", [...ofLife(blue), ...ofLife(green), `before-${green}`]],
      ["a retired older slot", ofLife(green)],
      ["an existing blue", [`${blue}-reserve`, ...ofLife(green), `before-${green}`]],
      ["given subnets", [...ofLife(blue), ...ofLife(green), `before-${green}`]],
      ["a given listener", [...ofLife(blue), ...ofLife(green), `before-${green}`]],
      ["a network balancer", withoutRule([...ofLife(blue), ...ofLife(green), `before-${green}`])],
    ];
    for (const [what, names] of table) {
      it(`with ${what}`, () => {
        const found = [...holdsLife(what, blue), ...holdsLife(what, green)].map(({ name }) => name);
        assert.deepEqual(found.sort(), names.sort());
      });
    }
  });

  describe("is in the order of the design: each step waits for the one before", () => {
    const order = [
      ...["cluster", `${green}-reserve`, `before-${green}`, `${green}-database`],
      ...[`${green}-database-read`, `${green}-migrations-up`, `${green}-migrations-finish`],
      ...[`${green}-service`, `${green}-guard`, `${green}-smoke-test`, "hold", "traffic-rule", "traffic"],
      ...["drain", "cutover"],
    ];
    for (const [index, name] of order.slice(1).entries()) {
      it(`${order[index]} → ${name}`, () => {
        for (const what of all.filter((each) => cases[each].slots !== one)) {
          if (name.startsWith("before-") && cases[what].slots === greenAlone) continue;
          const previous = order[index] as string;
          if (previous.startsWith("before-") && cases[what].slots === greenAlone) continue;
          assert.ok(waitsFor(name, what).includes(previous), what);
        }
      });
    }
    it("what reads a slot's secret waits for its value", () => {
      for (const name of [`${green}-nodes`, `${green}-tasks`, "green-statements"]) {
        assert.ok(waitsFor(name, "two slots").includes("green-secret-value"), name);
      }
    });
    it("the snapshot waits for the database that it is of", () => {
      assert.ok(waitsFor(`before-${green}`, "two slots").includes(`${blue}-database-read`));
    });
    it("a way of tests puts a target group in use before the service is made, and both go after the guard", () => {
      for (const what of all) {
        for (const { name } of ofKind("Service", what)) {
          const [slot] = name.split("-");
          assert.ok(waitsFor(name, what).includes(`${slot}-test`), name);
          assert.ok(waitsFor(name.replace("service", "guard"), what).includes(name), name);
        }
      }
    });
    it("all of a slot waits for its reserve, so that its sweep goes last", () => {
      for (const life of [blue, green]) {
        for (const { name } of holdsLife("two slots", life)) {
          if (name === `${life}-reserve`) continue;
          assert.ok(waitsFor(name, "two slots").includes(`${life}-reserve`), name);
        }
      }
    });
    it("weights wait for all of both slots: nothing that a slot needs goes before them", () => {
      for (const what of all) {
        const waited = waitsFor("traffic-rule", what);
        for (const { name } of [...holdsLife(what, blue), ...holdsLife(what, green)]) {
          assert.ok(waited.includes(name), name);
        }
      }
    });
    it("what runs in the network waits for its routes and for what its groups let through", () => {
      for (const what of all) {
        const ways = ["RouteTableAssociation", "SecurityGroupIngressRule", "SecurityGroupEgressRule"];
        const needed = ways.flatMap((kind) => ofKind(kind, what)).map(({ name }) => name);
        assert.ok(needed.length > 0);
        const users = [...ofKind("Service", what), ...ofKind("LoadBalancer", what)];
        for (const { name } of [...users, ...ofKind("Instance", what)]) {
          const waited = waitsFor(name, what);
          assert.deepEqual(
            needed.filter((way) => !waited.includes(way)),
            [],
            name,
          );
        }
      }
    });
  });

  for (const what of all) {
    describe(`with ${what}`, () => {
      it("protects nothing, and keeps the snapshots alone", () => {
        for (const resource of graph(what)) {
          assert.equal(resource.protect, false, resource.name);
          assert.equal(resource.retainOnDelete, pieceOf(resource) === "snapshot", resource.name);
          for (const key of ["deletionProtection", "enableDeletionProtection"]) {
            assert.notEqual(resource.inputs[key], true, resource.name);
          }
        }
      });
      it("ends every instance with a snapshot whose name nobody else mints", () => {
        const instances = ofKind("Instance", what);
        assert.ok(instances.length > 0);
        for (const { inputs, ignoreChanges } of instances) {
          assert.equal(inputs.skipFinalSnapshot, false);
          const identifier = inputs.identifier as string;
          const last = identifier.replace("gw-test-", "gw-test-last-");
          assert.equal(inputs.finalSnapshotIdentifier, `${last}-${moment}`);
          assert.deepEqual(ignoreChanges, ["snapshotIdentifier"]);
        }
      });
      it("replaces no resource by deleting it first, and has triggers at tests alone", () => {
        for (const resource of custom(what)) {
          assert.equal(resource.deleteBeforeReplace, false, resource.name);
          if (resource.inputs.triggers !== undefined) assert.equal(pieceOf(resource), "smoke-test");
        }
      });
      it("runs hooks before creates and updates alone: a destroy knows of none", () => {
        for (const { hooks, name } of graph(what)) {
          assert.deepEqual(
            hooks.filter((kind) => !["beforeCreateList", "beforeUpdateList"].includes(kind)),
            [],
            name,
          );
        }
        for (const name of ["traffic-rule", "traffic"]) {
          assert.deepEqual(named(name, what).hooks.sort(), ["beforeCreateList", "beforeUpdateList"]);
        }
      });
      it("has what is secret in the secret's value and the instances' passwords alone, as a secret", () => {
        for (const resource of custom(what)) {
          const inPlain = JSON.stringify(resource.inputs, (_, value: unknown) =>
            typeof value === "object" && value !== null && secretMark in value ? "a secret" : value,
          );
          for (const text of Object.values(secretTexts)) assert.ok(!inPlain.includes(text), resource.name);
          const holds = inPlain.includes("a secret");
          assert.equal(holds, ["Instance", "SecretVersion"].includes(kindOf(resource)), resource.name);
        }
      });
      it("says a weight of each slot that is there, as config has it", () => {
        const { inputs } = named("traffic-rule", what);
        const [action] = (inputs.actions ?? inputs.defaultActions) as {
          forward: { targetGroups: { arn: string; weight: number }[] };
        }[];
        const [{ weights, slots }] = wantedOf(what);
        const names = slotNames.filter((name) => slots[name]);
        assert.deepEqual(
          action?.forward.targetGroups.map(({ weight }) => weight),
          names.map((name) => weights[name]),
        );
        const written = JSON.parse(environmentOf(named("traffic", what)).GATEWAY_GROUPS ?? "") as object;
        const said = action?.forward.targetGroups.map(({ arn, weight }) => [arn, weight] as const) ?? [];
        assert.deepEqual(written, Object.fromEntries(said));
      });
      it("lets in nobody that config does not name", () => {
        const allowed = what === "one slot" ? [] : [...ranges.clients, ...ranges.testers];
        for (const { inputs, name } of ofKind("SecurityGroupIngressRule", what)) {
          assert.equal(inputs.cidrIpv6, undefined, name);
          const from = (inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId) as string;
          assert.ok(allowed.includes(from) || /-group$|^sg-0a$/.test(from), `${name}: ${from}`);
        }
        for (const { inputs } of ofKind("SecurityGroup", what)) assert.equal(inputs.ingress, undefined);
        for (const { inputs } of ofKind("Instance", what)) assert.equal(inputs.publiclyAccessible, false);
      });
      it("tags all that takes tags with the gateway's name and config's own", () => {
        for (const resource of custom(what).filter(isAws)) {
          if (untagged.includes(kindOf(resource))) continue;
          const tags = resource.inputs.tags as Record<string, string>;
          assert.equal(tags["gateway-upgrade"], "gw-test", resource.name);
          assert.equal(tags.team, "api", resource.name);
        }
      });
      it("has no value of the config in a command, and prints no output into the log", () => {
        for (const { inputs, name } of commandsOf(graph(what))) {
          assert.equal(inputs.logging, "stderr", name);
          for (const text of [inputs.create, inputs.update, inputs.delete] as (string | undefined)[]) {
            const plain =
              /^(printf (\{\}|%s "\$PULUMI_COMMAND_STDOUT")|date -u '\+\{"moment":"%Y%m%dt%H%M%Sz"\}')$/;
            const ours = /^node components\/aws\/commands\/run\.cjs [a-z-]+ [a-z]+$/;
            assert.ok(text === undefined || plain.test(text) || ours.test(text), `${name}: ${text}`);
          }
        }
      });
      it("only records at an update of what holds data, runs or reserves", () => {
        for (const command of commandsOf(graph(what))) {
          const writes = ["traffic", "drain", "cutover"].includes(command.name);
          const records = command.inputs.update === `printf %s "$PULUMI_COMMAND_STDOUT"`;
          assert.equal(records, !writes, command.name);
        }
      });
      it(`is reached at "${cases[what].url}"`, () => {
        assert.equal(urls.get(what), cases[what].url);
      });
    });
  }

  // Each kind of balancer and an existing gateway: what the other graphs have is in one of these.
  for (const what of ["two slots", "an existing blue", "a network balancer"] as const) {
    it(`is the same when it is built again, with ${what}`, async () => {
      assert.deepEqual(sorted(await build(...wantedOf(what))), sorted(graph(what)));
    });
  }
  it("writes the weights, and nothing more, when what is live differs", async () => {
    const again = await build(...wantedOf("two slots"), { reconcile: "a-new-one" });
    const isTraffic = ({ name }: Registered) => name === "traffic";
    const [traffic] = commandsOf(again).filter(isTraffic);
    assert.equal(traffic && environmentOf(traffic).GATEWAY_RECONCILE, "a-new-one");
    assert.deepEqual(traffic?.ignoreChanges, []);
    assert.deepEqual(named("traffic", "two slots").ignoreChanges, ["environment.GATEWAY_RECONCILE"]);
    const others = (resources: Registered[]) => sorted(resources.filter((each) => !isTraffic(each)));
    assert.deepEqual(others(again), others(graph("two slots")));
  });
});
