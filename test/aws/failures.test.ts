import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Load, startLoad } from "../../sandbox/load/start";
import { startUpstream, type Upstream } from "../../sandbox/upstream";
import { settled, stepLimit } from "../scenarios/given";
import { lostNothing } from "../scenarios/lost-nothing";
import { until } from "../scenarios/trouble";
import { addRoute, admin, failing, givenAwsStack, onAws, urlOf, weights, whoAnswers } from "./given";
import { call, failAtEach, type Fault, provider, type Which } from "./stage";
import { type Watch, watchTraffic } from "./watch";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };
const greenLife = "green-3.10.0-g1";

describe("given a gateway on AWS under load where each operation fails once", function () {
  this.timeout(2 * stepLimit);
  const given = givenAwsStack("awsf");
  // A new gateway has no routes yet; a route to this server is tested as soon as it is there.
  const checks = [{ path: "/tested", status: [200, 404] }];
  const config = (more: object) =>
    onAws(given.emulator, { smokeTests: { checks, consecutive: 1, deadline: 4 }, ...more });
  let isBroken = false;
  const tested = createServer((request, response) => {
    request.resume();
    response.writeHead(isBroken ? 500 : 200).end();
  });
  let upstream: Upstream;
  let load: Load;
  let watch: Watch;
  let url = "";
  let staged = 0;
  let failed = 0;
  const failAt = async (more: object, faults: Fault[]) => {
    staged += faults.length;
    failed += await failAtEach(given, config(more), faults);
  };

  before(async () => {
    upstream = await startUpstream();
    await new Promise<void>((resolve) => tested.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    await load?.stop();
    await upstream?.close();
    tested.close();
    tested.closeAllConnections();
  });

  /** Makes the routes that are asked for from here on, and begins to. */
  const beginLoad = async () => {
    await addRoute(given, "blue-3.9.1-g1", upstream.port);
    const { port } = tested.address() as AddressInfo;
    const life = "blue-3.9.1-g1";
    await admin(given, life, "PUT", "/services/tested", { url: `http://127.0.0.1:${port}` });
    await admin(given, life, "PUT", "/services/tested/routes/tested", { paths: ["/tested"] });
    url = await urlOf(given.stack);
    for (const route of ["/echo", "/tested"])
      await until(
        async () => (await fetch(url + route, { headers: { connection: "close" } })).status === 200,
      );
    load = await startLoad({ url, paths: ["/echo"], ratePerSecond: 10, maxSeconds: 1_800 });
    watch = watchTraffic(given);
  };

  /** The upstream of a tested route fails until an update has failed by it. */
  const brokenRoute: Fault = {
    says: /GET \/tested answers 500/,
    set: () => {
      isBroken = true;
      return Promise.resolve((ran) => {
        const hasStruck = /answers 500/.test(ran.output);
        if (hasStruck) isBroken = false;
        return Promise.resolve(hasStruck);
      });
    },
  };
  /** The weights' command reads them after the gate, once the provider has written. */
  const secondReading: Which = (_, since) => {
    const written = since.findIndex(({ action }) => action === "ModifyRule");
    return (
      written >= 0 && since.slice(written).filter(({ action }) => action === "DescribeRules").length === 2
    );
  };
  const startedBy = (mark: RegExp, definition: RegExp) => (parameters: Record<string, unknown>) =>
    mark.test(String(parameters.startedBy)) && definition.test(String(parameters.taskDefinition));
  const aTask = startedBy(/^gateway-upgrade$/, /-tasks/);
  const aReading = startedBy(/^gateway-upgrade$/, /-statements/);
  const aReview = startedBy(/^read-green/, /-statements/);
  /** The first such call after the drain, which fails once itself and was then measured to its end. */
  const afterDrain: (action: string) => Which = (action) => (_, since) => {
    const actions = since.map((one) => one.action);
    const measured = actions.filter((one) => one === "GetMetricStatistics").length;
    const rest = actions.slice(actions.lastIndexOf("GetMetricStatistics"));
    return measured >= 2 && rest.filter((one) => one === action).length === 1;
  };

  it("when it is made, each kind of what it stands on can fail and go on", async () => {
    const refused = [
      ...["vpc", "internet", "public-routes", "public-eu-central-1a", "nodes-group", "databases-from-nodes"],
      ...["blue-statements", "blue-3.9.1-g1-database", "blue-3.9.1-g1-targets"],
      ...["blue-3.9.1-g1-nodes", "blue-3.9.1-g1-service"],
    ];
    // AWS has made them, and the state does not know.
    const unrecorded = ["logs", "cluster", "databases", "execution", "blue-secret", "balancer", "listener"];
    await failAt({ blue }, [
      ...refused.map((name) => provider("create", name, "before", true)),
      ...[...unrecorded, "traffic-rule"].map((name) => provider("create", name, "after", true)),
      call("the database gets room for notes", "ecs", "RunTask", aReading),
      call("its schema is made", "ecs", "RunTask", aTask),
    ]);
    await settled(given.stack);
    await beginLoad();
    assert.equal(await whoAnswers(url), "3.9.1");
  });

  it("when green is added, each step of its making can fail and go on", async () => {
    await failAt({ blue, green }, [
      call("the snapshot is taken", "rds", "CreateDBSnapshot", undefined, true),
      provider("create", `${greenLife}-database`, "after"),
      provider("create", `${greenLife}-targets`, "after"),
      provider("create", "green-test", "after"),
      provider("create", `${greenLife}-tasks`, "after"),
      call("the database is read through", "ecs", "RunTask", aReading),
      call("a migration is run", "ecs", "RunTask", aTask, true),
      provider("create", `${greenLife}-service`, "after"),
      brokenRoute,
    ]);
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    await settled(given.stack);
  });

  it("when the weights were written and the update failed then, nothing of it is on record", async () => {
    await failing(given.stack, [{ op: "update", name: "traffic-rule", when: "after", times: 1 }]);
    await given.stack.configure(config({ blue, green, traffic: { green: 100 } }));
    const ran = await given.stack.up();
    assert.notEqual(ran.code, 0, ran.output);
    assert.match(ran.output, /the update of traffic-rule fails after it is done/);
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    failed += 1;
    staged += 1;
  });

  const guardsReading: Fault = {
    ...call(
      "the guard reads the weights",
      "elasticloadbalancing",
      "DescribeRules",
      afterDrain("DescribeRules"),
    ),
    says: /green-3\.10\.0-g1-guard.*a fault of a test: the guard reads the weights/,
  };

  it("then the revert moves traffic first, and each of its steps can fail and go on", async () => {
    await failAt({ blue }, [
      provider("update", "traffic-rule", "before"),
      call("the weights are read", "elasticloadbalancing", "DescribeRules", secondReading),
      call("the drain is measured", "monitoring", "GetMetricStatistics"),
      guardsReading,
      provider("delete", `${greenLife}-service`, "after"),
      provider("delete", `${greenLife}-nodes`, "after"),
      provider("delete", `${greenLife}-tasks`, "before"),
      provider("delete", "green-test", "after"),
      provider("delete", `${greenLife}-targets`, "before"),
      provider("delete", `${greenLife}-database`, "after"),
      call("the sweep looks for tasks", "ecs", "ListTasks", ({ family }) => /-tasks$/.test(String(family))),
    ]);
    assert.deepEqual(await weights(given), { blue: 100, green: 0 });
    assert.equal(await whoAnswers(url), "3.9.1");
    await settled(given.stack);
  });

  it("when the same upgrade comes again, each step of the shift can fail and go on", async () => {
    await failAt({ blue, green, traffic: { green: 100 } }, [
      call("health is asked for", "elasticloadbalancing", "DescribeTargetHealth"),
      call("the drain is measured", "monitoring", "GetMetricStatistics"),
      call(
        "the cutover reads green's notes",
        "ecs",
        "RunTask",
        (own, since) => aReview(own) && afterDrain("RunTask")(own, since),
      ),
    ]);
    assert.deepEqual(await weights(given), { blue: 0, green: 100 });
    assert.equal(await whoAnswers(url), "3.10.0");
  });

  it("when blue is retired, each step can fail and go on", async () => {
    await failAt({ green }, [
      provider("update", "traffic-rule", "after"),
      provider("delete", "blue-3.9.1-g1-service", "before"),
      provider("delete", "blue-3.9.1-g1-database", "before"),
    ]);
    assert.equal(await whoAnswers(url), "3.10.0");
    await settled(given.stack);
  });

  it("then no slot lost anything while it had weight, and only healthy ones got any", async () => {
    assert.deepEqual(await watch.broken(), []);
    const { writes, losses } = watch.seen();
    assert.ok(writes >= 4 && losses >= 6, `only ${writes} writes and ${losses} losses were seen`);
  });

  it("then the load has lost nothing through all of it", async () => {
    await lostNothing(load, 1_000);
    console.log(`      ${failed} operations failed once each`);
    assert.equal(failed, staged);
  });
});
