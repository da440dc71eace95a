import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BlueGreenGateway } from "../../components/blue-green";
import { localPlatform } from "../../components/local/platform";
import type { AppliedFile } from "../../components/applied-requests";
import type { FreezeMode } from "../../products/freeze";
import { type Release, sharedDatabase } from "../../products/release";
import { kong } from "../../products/kong";
import { existing, release, slot } from "../products/releases";
import {
  commandsOf,
  environmentOf,
  graphOf,
  pieceOf,
  type Registered,
  sorted,
  upstreamOf as everythingBefore,
} from "./mocked-graph";

const password = "a-password-of-config";
/** An update that runs nothing and keeps the output. */
const recordsOnly = `printf %s "$PULUMI_COMMAND_STDOUT"`;

/** What each piece would print. */
const printed: Record<string, unknown> = {
  snapshot: { location: "/snapshots/one" },
  database: { filledFrom: "/snapshots/one" },
  weights: {
    mark: "mark",
    at: "now",
    release: { slots: {}, weights: { blue: 100, green: 0 }, older: "blue" },
  },
};

/** Builds the gateway under mocks and tells every resource that it registers. */
async function build(
  wanted: Release,
  other: { reconcile?: string; port?: number; freeze?: FreezeMode; apply?: AppliedFile[] } = {},
): Promise<Registered[]> {
  const timeouts = { snapshot: 11, database: 12, migration: 13, start: 14, stop: 15, weights: 16, lock: 17 };
  const platform = localPlatform({
    product: kong,
    directory: ".local/a-stack",
    port: other.port ?? 8000,
    programs: "/opt/kong-{version}",
    timeouts,
    ownTables: {},
    drainLimit: 18,
  });
  return graphOf(
    () =>
      new BlueGreenGateway("gateway", {
        platform,
        release: wanted,
        secrets: pulumi.secret({ blue: { password, environment: {} }, green: { password, environment: {} } }),
        smokeTests: { checks: kong.smokeTests, limits: { consecutive: 3, deadline: 19 } },
        stood: [],
        restoreFrom: "",
        freeze: other.freeze ?? "hold",
        apply: other.apply ?? [],
        reconcile: other.reconcile,
      }).report,
    ({ name, inputs }) => {
      const piece = /run\.cjs (\S+)/.exec((inputs as { create?: string }).create ?? "")?.[1] ?? "";
      return { stdout: JSON.stringify(printed[piece] ?? { done: name }) };
    },
  );
}

const one = release({ blue: slot("3.9.1", { nodes: 2 }) }, 100);
const two = release({ blue: slot("3.9.1"), green: slot("3.10.0", { nodes: 2, generation: 4 }) }, 90);
const besideExisting = release({ blue: existing("3.9.1"), green: slot("3.10.0") }, 100);

const database = { host: "db", port: 5432, name: "kong", user: "kong-user" };
const sharing = { place: { address: "a", database } };
const oneShares: Release = {
  ...release({ blue: slot("3.9.0", sharing) }, 100),
  strategy: sharedDatabase,
};
const twoShare: Release = {
  ...release({ blue: slot("3.9.0", sharing), green: slot("3.9.1", { ...sharing, nodes: 2 }) }, 90),
  strategy: sharedDatabase,
};

const releases = {
  "one slot": one,
  "two slots": two,
  "an existing blue": besideExisting,
  "one slot on a shared database": oneShares,
  "two slots on a shared database": twoShare,
};

/** Names of all commands that must have run before a command of this name. */
function upstreamOf(name: string, resources: Registered[]): Set<string> {
  const start = commandsOf(resources).find((resource) => resource.name === name);
  return new Set(start ? commandsOf(everythingBefore(start, resources)).map((other) => other.name) : []);
}

describe("the graph of a gateway", function () {
  this.timeout(60_000);
  const graphs = new Map<string, Registered[]>();
  before(async () => {
    for (const [what, wanted] of Object.entries(releases)) graphs.set(what, await build(wanted));
  });
  const graph = (what: keyof typeof releases) => graphs.get(what) as Registered[];
  const named = (name: string, resources: Registered[]) => {
    const found = commandsOf(resources).find((resource) => resource.name === name);
    assert.ok(found, `there is a resource ${name}`);
    return found;
  };

  it("of one slot has these resources", () => {
    assert.deepEqual(
      commandsOf(graph("one slot"))
        .map(({ name }) => name)
        .sort(),
      [
        ...["balancer", "blue-1", "blue-2", "blue-3.9.1-g1-database", "blue-3.9.1-g1-migrations-finish"],
        ...["blue-3.9.1-g1-migrations-up", "blue-3.9.1-g1-reserve", "blue-3.9.1-g1-smoke-test"],
        ...["credentials", "cutover", "drain", "hold", "postgres", "traffic"],
      ],
    );
  });
  it("of two slots has these more", () => {
    const names = commandsOf(graph("two slots")).map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.includes("green")).sort(), [
      ...[
        "before-green-3.10.0-g4",
        "green-1",
        "green-2",
        "green-3.10.0-g4-database",
        "green-3.10.0-g4-migrations-finish",
      ],
      ...[
        "green-3.10.0-g4-migrations-up",
        "green-3.10.0-g4-reserve",
        "green-3.10.0-g4-smoke-test",
        "green-freeze",
      ],
    ]);
  });
  it("makes nothing of an existing gateway", () => {
    const ofBlue = commandsOf(graph("an existing blue")).filter(({ name }) => name.startsWith("blue"));
    assert.deepEqual(
      ofBlue.map(({ name }) => name),
      ["blue-3.9.1-g1-reserve"],
    );
  });

  describe("is in the order of the design: each step waits for the one before", () => {
    const green = "green-3.10.0-g4";
    const order = [
      "credentials",
      "postgres",
      "green-freeze",
      `${green}-reserve`,
      `before-${green}`,
      `${green}-database`,
      `${green}-migrations-up`,
      `${green}-migrations-finish`,
      "green-1",
      `${green}-smoke-test`,
      "hold",
      "traffic",
      "drain",
      "cutover",
    ];
    for (const [index, name] of order.slice(1).entries()) {
      it(`${order[index]} → ${name}`, () => {
        assert.ok(upstreamOf(name, graph("two slots")).has(order[index] as string));
      });
    }
    it("the snapshot waits for the database that it is of", () => {
      assert.ok(upstreamOf(`before-${green}`, graph("two slots")).has("blue-3.9.1-g1-database"));
    });
    it("all of a slot waits for its reserve, so that the sweep of it goes last", () => {
      for (const resource of commandsOf(graph("two slots"))) {
        if (!/green-(3|1|2)/.test(resource.name) || resource.name.endsWith("-reserve")) continue;
        assert.ok(upstreamOf(resource.name, graph("two slots")).has(`${green}-reserve`), resource.name);
      }
    });
    it("weights wait for both slots, each node and each test", () => {
      for (const what of Object.keys(releases) as (keyof typeof releases)[]) {
        const all = upstreamOf("traffic", graph(what));
        for (const { name } of commandsOf(graph(what))) {
          if (["traffic", "drain", "cutover"].includes(name)) continue;
          if (what === "one slot on a shared database" && name.endsWith("-finish")) continue;
          assert.ok(all.has(name), `${what}: ${name}`);
        }
      }
    });
    it("nothing of blue waits for green", () => {
      for (const { name } of commandsOf(graph("two slots")).filter(({ name }) => name.startsWith("blue"))) {
        assert.deepEqual(
          [...upstreamOf(name, graph("two slots"))].filter((other) => other.includes("green")),
          [],
        );
      }
    });
  });

  describe("on a shared database", () => {
    const green = "green-3.9.1-g1";
    const order = [
      "credentials",
      "green-freeze",
      `${green}-reserve`,
      `before-${green}`,
      `${green}-migrations-up`,
      "green-1",
      `${green}-smoke-test`,
      "hold",
      "traffic",
      "drain",
      "cutover",
    ];
    const names = (what: keyof typeof releases) => commandsOf(graph(what)).map(({ name }) => name);
    for (const [index, name] of order.slice(1).entries()) {
      it(`${order[index]} → ${name}`, () => {
        const upstream = upstreamOf(name, graph("two slots on a shared database"));
        assert.ok(upstream.has(order[index] as string));
      });
    }
    it("makes no database, and no server for any", () => {
      for (const what of ["one slot on a shared database", "two slots on a shared database"] as const) {
        assert.deepEqual(
          names(what).filter((name) => name === "postgres" || name.endsWith("-database")),
          [],
        );
      }
    });
    it("finishes the migrations with one slot alone, after everything else", () => {
      const isFinish = (name: string) => name.endsWith("-migrations-finish");
      assert.deepEqual(names("two slots on a shared database").filter(isFinish), []);
      const [finish = "", ...others] = names("one slot on a shared database").filter(isFinish);
      assert.deepEqual([finish, others], ["blue-3.9.0-g1-migrations-finish", []]);
      const upstream = upstreamOf(finish, graph("one slot on a shared database"));
      const rest = names("one slot on a shared database").filter((name) => name !== finish);
      assert.deepEqual([...upstream].sort(), rest.sort());
    });
    it("does nothing when the finish leaves the graph", () => {
      const { inputs } = named("blue-3.9.0-g1-migrations-finish", graph("one slot on a shared database"));
      assert.equal(inputs.delete, undefined);
    });
    it("reaches it as config says, for the snapshot, the migrations and the nodes", () => {
      const resources = graph("two slots on a shared database");
      const source = JSON.parse(
        environmentOf(named(`before-${green}`, resources)).GATEWAY_SOURCE ?? "{}",
      ) as object;
      assert.deepEqual(source, { ...database, embedded: false, slot: "blue" });
      for (const name of ["blue-1", "green-1", `${green}-migrations-up`, "blue-3.9.0-g1-migrations-up"]) {
        const used = JSON.parse(environmentOf(named(name, resources)).GATEWAY_DATABASE ?? "{}") as object;
        assert.deepEqual(used, database, name);
      }
    });
    it("sweeps a slot's nodes, and never the database", () => {
      for (const name of [`${green}-reserve`, "blue-3.9.0-g1-reserve"]) {
        const swept = environmentOf(named(name, graph("two slots on a shared database")));
        assert.equal(swept.GATEWAY_IS_OWN, "false");
      }
      assert.equal(environmentOf(named("blue-3.9.1-g1-reserve", graph("two slots"))).GATEWAY_IS_OWN, "true");
    });
    it("lets blue alone bootstrap it: when green comes, it is in use", () => {
      const resources = graph("two slots on a shared database");
      const filledFrom = (name: string) => environmentOf(named(name, resources)).GATEWAY_FILLED_FROM;
      assert.equal(filledFrom("blue-3.9.0-g1-migrations-up"), "");
      assert.equal(filledFrom(`${green}-migrations-up`), "/snapshots/one");
    });
  });

  for (const what of Object.keys(releases) as (keyof typeof releases)[]) {
    describe(`with ${what}`, () => {
      it("protects nothing, and keeps the snapshots alone", () => {
        for (const resource of graph(what)) {
          assert.equal(resource.protect, false, resource.name);
          assert.equal(resource.retainOnDelete, pieceOf(resource) === "snapshot");
        }
      });
      it("deletes nodes before it replaces them, and nothing else", () => {
        for (const resource of commandsOf(graph(what))) {
          assert.equal(resource.deleteBeforeReplace, pieceOf(resource) === "node", resource.name);
        }
      });
      it("replaces nothing that holds data: only nodes and tests have triggers", () => {
        const withTriggers = commandsOf(graph(what)).filter(({ inputs }) => inputs.triggers !== undefined);
        assert.deepEqual([...new Set(withTriggers.map(pieceOf))].sort(), ["node", "smoke-test"]);
      });
      it("ignores changes of one key of the database and of the weights", () => {
        for (const resource of commandsOf(graph(what))) {
          const ignored: Record<string, string[]> = {
            database: ["environment.GATEWAY_FILL_FROM"],
            task:
              resource.name.endsWith("-up") && /shared/.test(what) ? ["environment.GATEWAY_FILLED_FROM"] : [],
            weights: resource.name === "traffic" ? ["environment.GATEWAY_RECONCILE"] : [],
          };
          assert.deepEqual(resource.ignoreChanges, ignored[pieceOf(resource)] ?? [], resource.name);
          for (const key of resource.ignoreChanges) {
            assert.ok(Object.hasOwn(environmentOf(resource), key.slice("environment.".length)), key);
          }
        }
      });
      it("has hooks on the weights, before they are written, and on what there is no way back from; none at a delete", () => {
        for (const resource of graph(what)) {
          const expected: Record<string, string[]> = {
            traffic: ["beforeCreateList", "beforeUpdateList"],
            "blue-3.9.0-g1-migrations-finish": ["beforeCreateList"],
          };
          const ofCommand = commandsOf([resource]).length > 0 ? (expected[resource.name] ?? []) : [];
          assert.deepEqual(resource.hooks.sort(), ofCommand, resource.name);
        }
      });
      it("only records at an update of what holds data or runs", () => {
        const records = [
          "snapshot",
          "database",
          "task",
          "node",
          "smoke-test",
          "sweep",
          "postgres",
          "balancer",
        ];
        for (const { inputs, name } of commandsOf(graph(what)).filter((one) =>
          records.includes(pieceOf(one)),
        )) {
          assert.equal(inputs.update, recordsOnly, name);
          assert.notEqual(inputs.addPreviousOutputInEnv, false, name);
        }
      });
      it("gives every command an update: none runs its create again", () => {
        for (const { inputs, name } of commandsOf(graph(what)))
          assert.equal(typeof inputs.update, "string", name);
      });
      it("has the password in the standard input of the credentials, as a secret, and nowhere else", () => {
        const secretMark = "4dabf18193072939515e22adb298388d";
        for (const resource of graph(what)) {
          const { stdin, ...others } = resource.inputs;
          assert.ok(!JSON.stringify(others).includes(password), resource.name);
          if (pieceOf(resource) !== "credentials") {
            assert.equal(stdin, undefined, resource.name);
            continue;
          }
          assert.ok(Object.hasOwn(stdin as object, secretMark), "it is a secret");
          assert.ok((stdin as { value: string }).value.includes(password));
        }
      });
      it("has no value of the config in a command", () => {
        for (const { inputs, name } of commandsOf(graph(what))) {
          const [ours, nothing] = [
            /^node components\/local\/commands\/run\.cjs [a-z-]+ [a-z-]+$/,
            "printf {}",
          ];
          const texts = [inputs.create, inputs.update, inputs.delete].filter((text) => text !== undefined);
          for (const text of texts as string[]) {
            assert.ok(ours.test(text) || text === nothing || text === recordsOnly, `${name}: ${text}`);
          }
        }
      });
      it("prints no output into the log", () => {
        for (const { inputs, name } of commandsOf(graph(what))) assert.equal(inputs.logging, "stderr", name);
      });
      it("is the same when it is built again", async () => {
        assert.deepEqual(sorted(await build(releases[what])), sorted(graph(what)));
      });
    });
  }

  describe("names", () => {
    it("carry slot, version and generation where they hold data, inside too", () => {
      const resources = graph("two slots");
      const life = "green-3.10.0-g4";
      const physical = "green_3_10_0_g4";
      const database = environmentOf(named(`${life}-database`, resources));
      assert.deepEqual([database.GATEWAY_NAME, database.GATEWAY_LIFE], [physical, life]);
      assert.equal(environmentOf(named(`before-${life}`, resources)).GATEWAY_NAME, `before-${life}`);
      assert.equal(environmentOf(named(`${life}-reserve`, resources)).GATEWAY_LIFE, life);
      for (const name of [`${life}-migrations-up`, `${life}-migrations-finish`, "green-1", "green-2"]) {
        const { GATEWAY_DATABASE = "{}", GATEWAY_LIFE } = environmentOf(named(name, resources));
        const { name: used, user } = JSON.parse(GATEWAY_DATABASE) as { name: string; user: string };
        assert.deepEqual([used, user, GATEWAY_LIFE], [physical, physical, life], name);
      }
    });
    it("are others for another version or generation, and the nodes' are not", async () => {
      const next = await build(
        release({ blue: slot("3.9.1"), green: slot("3.10.1", { nodes: 2, generation: 4 }) }, 90),
      );
      const names = (resources: Registered[]) => commandsOf(resources).map(({ name }) => name);
      const shared = names(next).filter(
        (name) => names(graph("two slots")).includes(name) && name.includes("green"),
      );
      assert.deepEqual(shared.sort(), ["green-1", "green-2", "green-freeze"]);
      const triggers = (resources: Registered[]) => named("green-1", resources).inputs.triggers;
      assert.notDeepEqual(triggers(next), triggers(graph("two slots")));
    });
  });

  it("closes nothing where changes are only detected", async () => {
    const names = commandsOf(await build(two, { freeze: "detect" })).map(({ name }) => name);
    const held = commandsOf(graph("two slots")).map(({ name }) => name);
    assert.deepEqual(
      held.filter((name) => !names.includes(name)),
      ["green-freeze"],
    );
  });
  it("sends requests to the newer slot alone, once its nodes run, before it is tested", async () => {
    const resources = await build(two, { apply: [{ file: "requests.json", sha256: "0" }] });
    const sent = commandsOf(resources).filter((one) => pieceOf(one) === "apply");
    assert.deepEqual(
      sent.map(({ name }) => name),
      ["green-3.10.0-g4-apply"],
    );
    assert.ok(upstreamOf("green-3.10.0-g4-apply", resources).has("green-1"));
    assert.ok(upstreamOf("green-3.10.0-g4-smoke-test", resources).has("green-3.10.0-g4-apply"));
  });

  it("reads an existing gateway's database, and touches nothing else of it", () => {
    const resources = graph("an existing blue");
    const source = JSON.parse(
      environmentOf(named("before-green-3.10.0-g1", resources)).GATEWAY_SOURCE ?? "{}",
    ) as object;
    assert.deepEqual(source, {
      host: "db",
      port: 5432,
      name: "kong",
      user: "kong",
      embedded: false,
      slot: "blue",
    });
    assert.ok(!JSON.stringify(named("green-3.10.0-g1-database", resources).inputs).includes(`"db"`));
  });
  it("writes the weights, and nothing more, when what is live differs", async () => {
    const again = await build(two, { reconcile: "a-new-one" });
    const traffic = named("traffic", again);
    assert.deepEqual(traffic.ignoreChanges, []);
    assert.equal(environmentOf(traffic).GATEWAY_RECONCILE, "a-new-one");
    const others = (resources: Registered[]) =>
      resources.filter(({ name }) => name !== "traffic").sort((a, b) => (a.urn < b.urn ? -1 : 1));
    assert.deepEqual(others(again), others(graph("two slots")));
  });
});
