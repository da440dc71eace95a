import assert from "node:assert/strict";
import { axway } from "../../products/axway";
import { blockersOf, type NodeState, statuses, type Step } from "../../products/axway/sysupgrade";
import type { Change } from "../../products/change";
import type { Release, Slot } from "../../products/release";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

type Given = Record<string, unknown>;

/** The guide's own example: three nodes, Admin Node Managers on the first and the last. */
const topology = [
  { host: "NodeA", adminNodeManager: true },
  { host: "NodeB" },
  { host: "NodeC", adminNodeManager: true },
];
const single = [{ host: "NodeA", adminNodeManager: true }];
const old: Given = {
  installDir: "/opt/Axway-7.5.1/apigateway",
  licence: "/opt/licences/7.5.lic",
  topology,
};
const target: Given = {
  installDir: "/opt/Axway-7.7/apigateway",
  licence: "/opt/licences/7.7.lic",
  topology,
  anmHost: "NodeA",
  cassandra: { host: "NodeA" },
  carriedOver: ["services", "single-sign-on", "node-manager", "jvm", "quickstart", "customised-files"],
};

function installation(version: string, settings: Given): Slot {
  return slot(version, { settings: axway.splitSecrets(axway.settings.parse(settings)).settings });
}

interface Case {
  from?: string;
  to?: string;
  old?: Given;
  new?: Given;
  strategy?: string;
  /** The new installation's weight. Default 0: the test upgrade. */
  weight?: number;
  /** The recorded release: default the old installation alone. */
  previous?: Release;
}

function releaseOf(given: Case): Release {
  const [from, to] = [given.from ?? "7.5.1", given.to ?? "7.7.20240228"];
  const slots = {
    blue: installation(from, { ...old, ...given.old }),
    green: installation(to, { ...target, ...given.new }),
  };
  return release(slots, 100 - (given.weight ?? 0));
}

function alone(given: Case): Release {
  return release({ blue: installation(given.from ?? "7.5.1", { ...old, ...given.old }) }, 100);
}

function upgrade(given: Case): Change {
  const { strategy, previous = alone(given) } = given;
  return changeOf({ product: axway, next: releaseOf(given), previous, ...(strategy ? { strategy } : {}) });
}

/** What the product's own rules and its paths say. */
function say(change: Change) {
  return found(change).filter(({ rule }) => /^(axway|path)\//.test(rule));
}

type Said = [severity: "error" | "warning", rule: string, key: string, wrong: RegExp, remedy: RegExp];

function assertSaid(change: Change, expected: Said[]) {
  const findings = say(change);
  assert.deepEqual(
    findings.map(({ severity, rule, key }) => [severity, rule, key]),
    expected.map(([severity, rule, key]) => [severity, rule, `gateway:${key}`]),
  );
  expected.forEach(([, , , wrong, remedy], index) => {
    assert.match(findings[index]?.wrong ?? "", wrong);
    assert.match(findings[index]?.remedy ?? "", remedy);
  });
}

function table(cases: [as: string, given: Case, ...said: Said[]][]) {
  for (const [as, given, ...said] of cases) {
    it(`${as}: ${said.length > 0 ? said.map(([severity, rule]) => `${severity} ${rule}`).join(", ") : "nothing"}`, () => {
      assertSaid(upgrade(given), said);
    });
  }
}

/** 7.7 that is updated where it is. */
const update: Case = {
  from: "7.7.20230228",
  old: { ...target, installDir: "/opt/Axway-7.7/apigateway" },
  strategy: "update",
};

/** An upgrade with as much wrong as can be. */
const everythingWrong: Case = {
  strategy: "update",
  new: {
    ...old,
    cassandra: { host: "localhost", version: "1.0" },
    externalData: [{ name: "m", kind: "metrics" }],
  },
};

describe("Axway's upgrade guide", () => {
  describe("before you proceed", () => {
    const [onWindows, key] = [/is on Windows/, "settings.os"];
    table([
      ["all that the guide asks is there", {}],
      [
        "Windows",
        { old: { os: "windows" }, new: { os: "windows" } },
        ["error", "axway/windows", `blue.${key}`, /^blue/, /Linux/],
        ["error", "axway/windows", `green.${key}`, /^green/, /Linux/],
      ],
      [
        "the new installation on Windows",
        { new: { os: "windows" } },
        ["error", "axway/windows", `green.${key}`, onWindows, /Linux/],
      ],
      [
        "no licence key",
        { new: { licence: undefined } },
        ["error", "axway/licence", "green.settings.licence", /names no licence file/, /from the vendor/],
      ],
      [
        "the old licence key",
        { new: { licence: old.licence } },
        [
          "error",
          "axway/licence",
          "green.settings.licence",
          /names the licence file of blue/,
          /from the vendor/,
        ],
      ],
      ["an update with the licence that is there", update],
    ]);
    it("installing on Windows, with nothing to upgrade", () => {
      const next = release({ blue: installation("7.7.20240228", { ...target, os: "windows" }) }, 100);
      assertSaid(changeOf({ product: axway, next }), [
        ["error", "axway/windows", "blue.settings.os", onWindows, /Linux/],
      ]);
    });
  });

  describe("the way from one version to another", () => {
    const guaranteed: [from: string, to: string, strategy: string][] = [
      ["7.5.1", "7.7.20240228", "export-upgrade-apply"],
      ["7.5.3", "7.7.20200130", "export-upgrade-apply"],
      ["7.6.0", "7.7.20240228", "export-upgrade-apply"],
      ["7.6.2", "7.7.20240228", "export-upgrade-apply"],
      ["7.7.0", "7.7.20240228", "update"],
      ["7.7.20230228", "7.7.20240228", "update"],
    ];
    for (const [from, to, strategy] of guaranteed) {
      const other = strategy === "update" ? "export-upgrade-apply" : "update";
      const given = { ...(strategy === "update" ? update : {}), from, to };
      it(`${from} → ${to}: ${strategy}`, () => {
        assert.deepEqual(axway.path(from, to), { guaranteed: true });
        assertSaid(upgrade({ ...given, strategy }), []);
      });
      it(`${from} → ${to} by ${other}: refused, and ${strategy} named`, () => {
        const remedy = new RegExp(`Set gateway:strategy to ${strategy}\\.`);
        const wrong = strategy === "update" ? /without sysupgrade/ : /by sysupgrade/;
        assertSaid(upgrade({ ...given, strategy: other }), [
          ["error", "axway/strategy-of-path", "strategy", wrong, remedy],
        ]);
      });
    }

    const refused: [from: string, to: string, rule: string, wrong: RegExp, remedy: RegExp][] = [
      ["7.5.0", "7.7.20240228", "not-guaranteed", /from 7\.5\.1 and later/, /Stay at 7\.5\.0/],
      ["7.4.1", "7.7.20240228", "not-guaranteed", /from 7\.5\.1 and later/, /Stay at 7\.4\.1/],
      ["7.5.1", "7.5.3", "not-guaranteed", /to 7\.7 alone/, /7\.7\.x/],
      ["7.5.3", "7.6.2", "not-guaranteed", /to 7\.7 alone/, /7\.7\.x/],
      ["7.5.3", "7.7.5", "not-guaranteed", /7\.7\.5 is neither 7\.7\.0 nor/, /date of an update/],
      ["7.5.3", "7.7.20241399", "not-guaranteed", /neither/, /date of an update/],
      ["7.5.3", "7.7.20230229", "not-guaranteed", /neither/, /date of an update/],
      ["7.7.20230228", "7.7.20240228.1", "not-guaranteed", /neither/, /a later update of 7\.7/],
      ["7.6.2", "7.8.0", "unknown-version", /7\.8\.0 is not among/, /7\.7\.x.*accept it/],
      [
        "7.7.20240228",
        "7.10.0",
        "unknown-version",
        /7\.10\.0 is not among/,
        /a later update of 7\.7.*accept/,
      ],
      ["7.7.20240228", "8.0.0", "unknown-version", /8\.0\.0 is not among/, /accept it/],
    ];
    for (const [from, to, rule, wrong, remedy] of refused) {
      it(`${from} → ${to}: ${rule}`, () => {
        assertSaid(upgrade({ from, to }), [["error", `path/${rule}`, "green.version", wrong, remedy]]);
      });
    }
    it("a version newer than these can be accepted by its line", () => {
      const verdict = axway.path("7.7.20240228", "7.8.1");
      assert.equal(verdict.guaranteed ? undefined : verdict.unknown, "7.8");
    });
    it("an older version is no upgrade", () => {
      const verdict = axway.path("7.7.20240228", "7.6.2");
      assert.match(verdict.guaranteed ? "" : verdict.why, /older/);
    });
  });

  describe("process", () => {
    const at = "green.settings.installDir";
    describe("1. install 7.7 in a new directory", () => {
      const node = (given: Given) => ({
        new: { topology: [{ ...single[0], ...given }, ...topology.slice(1)] },
      });
      table([
        [
          "the old directory, written otherwise",
          { new: { installDir: "/opt/Axway-7.5.1//apigateway/" } },
          ["error", "axway/new-directory", at, /where blue is/, /a directory of its own/],
        ],
        [
          "a directory that is not the apigateway one",
          { new: { installDir: "/opt/Axway-7.7" } },
          [
            "error",
            "axway/new-directory",
            at,
            /does not end in \/apigateway/,
            /\/opt\/Axway-7\.7\/apigateway/,
          ],
        ],
        [
          "the old directory not told",
          { old: { installDir: undefined } },
          ["error", "axway/new-directory", "blue.settings.installDir", /does not say where/, /Give the/],
        ],
        [
          "another directory for an update",
          { ...update, new: { installDir: "/opt/Axway-new/apigateway" } },
          ["error", "axway/new-directory", at, /goes into the installation that is there/, /Axway-7\.7/],
        ],
        ["4 GB of disk and 8 GB of memory", node({ diskGb: 4, memoryGb: 8 })],
        [
          "less of both",
          node({ diskGb: 3.9, memoryGb: 7 }),
          ["error", "axway/resources", "green.settings.topology", /NodeA has 3\.9 GB of disk/, /4 GB/],
          ["error", "axway/resources", "green.settings.topology", /NodeA has 7 GB of memory/, /8 GB/],
        ],
      ]);
    });

    describe("2. apply the latest service pack", () => {
      table([
        [
          "7.7 as it first was",
          { to: "7.7.0" },
          ["error", "axway/service-pack", "green.version", /without a service pack/, /7\.7\.YYYYMMDD/],
        ],
        ["7.7 with a service pack", { to: "7.7.0", new: { servicePack: "SP2" } }],
      ]);
    });

    it("3 to 6. export, upgrade, apply, verify, in this order and each once the one before is done", () => {
      const steps = axway.procedure ?? [];
      const names = steps.map(({ name }) => name);
      const asked = [
        "install",
        "service-pack",
        "export",
        "upgrade",
        "stop",
        "apply-first",
        "apply",
        "verify",
      ];
      assert.deepEqual(
        names.filter((name) => asked.includes(name)),
        asked,
      );
      asked.slice(1).forEach((name, index) => {
        const step = steps.find((each) => each.name === name);
        assert.ok(step?.after.includes(asked[index] ?? ""), `${name} after ${asked[index]}`);
      });
      for (const [index, { after }] of steps.entries()) {
        for (const name of after) assert.ok(names.slice(0, index).includes(name), `${name} comes before`);
      }
      assert.deepEqual(
        steps.filter(({ irreversible }) => irreversible).map(({ name }) => name),
        ["apply-first", "apply"],
      );
    });

    const at77 = "green.settings.topology";
    describe("every node of the domain", () => {
      table([
        [
          "a node is left behind",
          { new: { topology: topology.slice(0, 2) } },
          ["error", "axway/node-topology", at77, /NodeC is a node of blue and not of green/, /Add NodeC/],
        ],
        [
          "a name written otherwise is another node",
          { new: { topology: [{ host: "nodea" }, ...topology.slice(1)] } },
          ["error", "axway/node-topology", at77, /NodeA .*left behind/, /Add NodeA/],
          ["error", "axway/node-topology", at77, /nodea is a node of green and not/, /Take nodea out/],
        ],
        [
          "no node is named",
          { new: { topology: [] } },
          ["error", "axway/node-topology", at77, /names none/, /List every node/],
        ],
        [
          "a node left behind by an update",
          { ...update, new: { topology: topology.slice(1) } },
          ["error", "axway/node-topology", at77, /NodeA/, /Add NodeA/],
        ],
      ]);
    });
  });

  describe("commands, on a domain of NodeA (first), NodeB and NodeC", () => {
    const [none, exported, upgraded, done] = statuses;
    type State = [a: NodeState["status"], b: NodeState["status"], c: NodeState["status"]];
    const cases: [Step, host: string, State, runs: "old" | "new" | "neither", why: RegExp[]][] = [
      ["export", "NodeB", [none, none, none], "old", []],
      ["export", "NodeA", [upgraded, upgraded, upgraded], "old", []],
      ["export", "NodeA", [none, none, none], "neither", [/old installation does not run on NodeA, NodeB/]],
      ["export", "NodeA", [none, none, none], "new", [/does not run/, /new installation runs on NodeA/]],
      ["export", "NodeC", [done, upgraded, none], "old", [/apply has run on NodeA/]],
      ["upgrade", "NodeA", [none, exported, exported], "old", [/export has not run on NodeA/]],
      ["upgrade", "NodeB", [none, exported, none], "old", []],
      ["upgrade", "NodeB", [none, exported, none], "neither", []],
      ["upgrade", "NodeC", [done, done, exported], "neither", [/apply has run on NodeA, NodeB/]],
      ["stop", "NodeA", [upgraded, upgraded, upgraded], "old", []],
      ["stop", "NodeA", [upgraded, exported, none], "old", [/not complete on NodeB, NodeC/]],
      ["apply", "NodeA", [upgraded, upgraded, upgraded], "neither", []],
      [
        "apply",
        "NodeA",
        [upgraded, upgraded, upgraded],
        "old",
        [/old installation still runs on NodeA, NodeB/],
      ],
      ["apply", "NodeA", [upgraded, upgraded, exported], "neither", [/not complete on NodeC/]],
      ["apply", "NodeB", [upgraded, upgraded, upgraded], "neither", [/apply comes first on NodeA/]],
      ["apply", "NodeB", [done, upgraded, upgraded], "neither", [/Admin Node Manager does not run on NodeA/]],
      ["apply", "NodeB", [done, upgraded, upgraded], "new", []],
      ["apply", "NodeC", [done, upgraded, upgraded], "new", []],
      ["apply", "NodeA", [done, upgraded, upgraded], "new", [/apply has run on NodeA/]],
      ["apply", "NodeX", [upgraded, upgraded, upgraded], "neither", [/NodeX is not in the topology/]],
    ];
    const nodesOf = (state: State, runs: string): NodeState[] =>
      topology.map(({ host, adminNodeManager = false }, index) => ({
        host,
        adminNodeManager,
        status: state[index] ?? none,
        oldRuns: runs === "old",
        newRuns: runs === "new",
      }));
    for (const [step, host, state, runs, why] of cases) {
      it(`${step} on ${host}, at ${state.join(" / ")}, ${runs} running: ${why.length > 0 ? "no" : "yes"}`, () => {
        const told = blockersOf(step, host, { nodes: nodesOf(state, runs), first: "NodeA" });
        assert.equal(told.length, why.length, told.join("; "));
        why.forEach((pattern, index) => assert.match(told[index] ?? "", pattern));
      });
    }
    it("apply comes first on a node that ran an Admin Node Manager", () => {
      const nodes = nodesOf([upgraded, upgraded, upgraded], "neither");
      assert.deepEqual(blockersOf("apply", "NodeC", { nodes, first: "NodeC" }), []);
      assert.match(blockersOf("apply", "NodeB", { nodes, first: "NodeB" }).join(), /NodeB was no Admin Node/);
    });
  });

  describe("best practices: a test upgrade on all nodes, then the switch", () => {
    const tested = releaseOf({});
    table([
      ["export and upgrade while the old installation serves", { weight: 0 }],
      ["the switch after it", { weight: 100, previous: tested }],
      [
        "the switch without it",
        { weight: 100 },
        [
          "warning",
          "axway/step-order",
          "traffic.green",
          /not complete on NodeA, NodeB, NodeC/,
          /Give green weight 0 first/,
        ],
      ],
      [
        "another version than the tested one",
        { weight: 100, to: "7.7.20240530", previous: tested },
        ["warning", "axway/step-order", "traffic.green", /not complete on/, /weight 0 first/],
      ],
      [
        "a part of the traffic",
        { weight: 10, previous: tested },
        [
          "error",
          "axway/one-switch",
          "traffic.green",
          /stop on all nodes/,
          /0 for the test upgrade, and 100/,
        ],
      ],
      ["a part of the traffic during an update", { ...update, weight: 50 }],
    ]);
    it("is not asked where the last release is not known", () => {
      const rules = found(upgrade({ weight: 100 }), []).map(({ rule }) => rule);
      assert.ok(!rules.includes("axway/step-order"));
    });

    const stops = (change: Change) => axway.interruptions(change).map(({ what }) => what);
    it("stops nothing in the test upgrade, all traffic in the switch, and all in a rollback from it", () => {
      const switched = releaseOf({ weight: 100 });
      assert.deepEqual(stops(upgrade({})), []);
      const [traffic, configuration] = axway.interruptions(upgrade({ weight: 100, previous: tested }));
      assert.equal(traffic?.what, "all traffic");
      assert.match(
        traffic?.howLong ?? "",
        /from the stop of the old gateways on all nodes until apply has run/,
      );
      assert.match(configuration?.what ?? "", /configuration/);
      assert.deepEqual(stops(upgrade({ previous: switched })), ["all traffic"]);
      assert.deepEqual(stops(upgrade({ weight: 100, previous: switched })), []);
    });
    it("an update stops traffic only where there is one node", () => {
      assert.deepEqual(stops(upgrade({ ...update, weight: 100 })), []);
      const alone: Case = { ...update, weight: 100, new: { topology: single } };
      assert.deepEqual(stops(upgrade({ ...alone, old: { ...update.old, topology: single } })), [
        "all traffic",
      ]);
    });
  });

  describe("errors and warnings", () => {
    const address = "green.settings.cassandra";
    const local = [
      "localhost",
      "LOCALHOST.",
      "127.0.0.1",
      "127.1.2.3",
      "::1",
      "[::1]",
      "::ffff:127.0.0.1",
      "0.0.0.0",
    ];
    table([
      ...local.map((host): [string, Case, Said] => [
        `several nodes and Cassandra at ${host}`,
        { new: { cassandra: { host } } },
        ["error", "axway/cassandra-address", address, /has 3 nodes/, /every node reaches/],
      ]),
      [
        "several nodes and no address of Cassandra, which is localhost then",
        { new: { cassandra: undefined } },
        ["error", "axway/cassandra-address", address, /localhost, the default for Cassandra/, /noCassandra/],
      ],
      [
        "one node and Cassandra on it",
        { old: { topology: single }, new: { topology: single, anmHost: undefined, cassandra: undefined } },
      ],
      ["no Cassandra", { new: { cassandra: undefined, noCassandra: true } }],
      [
        "no Cassandra, with KPS collections in it",
        {
          old: { cassandraCollections: ["My Collection"] },
          new: { cassandra: undefined, noCassandra: true },
        },
        [
          "error",
          "axway/cassandra-address",
          "green.settings.noCassandra",
          /: My Collection\./,
          /another data source/,
        ],
      ],
      [
        "several Admin Node Managers and none named",
        { new: { anmHost: undefined } },
        ["error", "axway/admin-node-manager", "green.settings.anmHost", /2 Admin Node/, /to NodeA or NodeC/],
      ],
      [
        "a host that is not in the topology",
        { new: { anmHost: "XXX" } },
        [
          "error",
          "axway/admin-node-manager",
          "green.settings.anmHost",
          /XXX is no host of blue/,
          /NodeA or NodeC/,
        ],
      ],
      [
        "a host that the topology writes otherwise",
        { new: { anmHost: "nodec" } },
        [
          "error",
          "axway/admin-node-manager",
          "green.settings.anmHost",
          /it is written NodeC/,
          /NodeA or NodeC/,
        ],
      ],
      [
        "a host without an Admin Node Manager",
        { new: { anmHost: "NodeB" } },
        [
          "error",
          "axway/admin-node-manager",
          "green.settings.anmHost",
          /NodeB runs no Admin/,
          /NodeA or NodeC/,
        ],
      ],
      ["the other Admin Node Manager", { new: { anmHost: "NodeC" } }],
      [
        "no node marked as Admin Node Manager",
        { old: { topology: topology.map(({ host }) => ({ host })) } },
        [
          "error",
          "axway/admin-node-manager",
          "blue.settings.topology",
          /No node of blue/,
          /adminNodeManager: true/,
        ],
      ],
      [
        "external databases and an ActiveMQ directory without a backup",
        {
          new: {
            externalData: [
              { name: "jdbc:mysql://db/oauth", kind: "oauth" },
              { name: "jdbc:mysql://db/metrics", kind: "metrics", backup: "s3://backups/metrics" },
              { name: "/srv/activemq", kind: "activemq" },
            ],
          },
        },
        ["error", "axway/external-databases", "green.settings.externalData", /db\/oauth, the OAuth/, /Back/],
        [
          "error",
          "axway/external-databases",
          "green.settings.externalData",
          /the ActiveMQ directory/,
          /Back/,
        ],
      ],
    ]);

    const versions: [to: string, cassandra: string, severity?: "error" | "warning"][] = [
      ["7.7.20200130", "2.2.12"],
      ["7.7.20200130", "2.2.8", "warning"],
      ["7.7.20200130", "3.11.11", "error"],
      ["7.7.20210830", "3.11.11"],
      ["7.7.20230228", "2.2.12", "error"],
      ["7.7.20240228", "4.0.10"],
      ["7.7.20240228", "4.1.0", "error"],
    ];
    for (const [to, cassandra, severity] of versions) {
      it(`${to} on Cassandra ${cassandra}: ${severity ?? "nothing"}`, () => {
        const findings = say(upgrade({ to, new: { cassandra: { host: "NodeA", version: cassandra } } }));
        assert.deepEqual(
          findings.map(({ rule, severity: told }) => [rule, told]),
          severity ? [["axway/cassandra-version", severity]] : [],
        );
      });
    }
  });

  describe("what is carried over by hand", () => {
    const key = "green.settings.carriedOver";
    table([
      [
        "nothing is taken care of",
        { new: { carriedOver: [] } },
        [
          "warning",
          "axway/carry-over",
          key,
          /VDISTDIR and VINSTDIR.*single sign-on.*Node Manager/,
          /services, single/,
        ],
      ],
      [
        "one thing is left",
        { new: { carriedOver: ["services", "single-sign-on", "jvm", "quickstart"] } },
        ["warning", "axway/carry-over", key, /: Node Manager customisations/, /node-manager\.$/],
      ],
      [
        "files that an update may overwrite",
        { ...update, new: { carriedOver: [] } },
        ["warning", "axway/carry-over", key, /by the update: customised files/, /customised-files\.$/],
      ],
    ]);
  });

  describe("is silent", () => {
    const careless: Case = {
      new: { licence: undefined, anmHost: undefined, cassandra: undefined, carriedOver: [] },
    };
    it("in a change that changes nothing, though the upgrade lacks something", () => {
      const previous = releaseOf({ ...careless, weight: 100 });
      assert.deepEqual(say(upgrade({ ...careless, weight: 100, previous })), []);
    });
    it("in a rollback", () => {
      const previous = releaseOf({ ...careless, weight: 100 });
      assert.deepEqual(say(upgrade({ ...careless, previous })), []);
      assert.deepEqual(say(changeOf({ product: axway, next: alone({}), previous })), []);
      const changed = { new: { os: "windows", licence: undefined } };
      assert.deepEqual(say(upgrade({ ...changed, previous })), []);
    });
    it("when the old installation is retired, and when a fit one is taken in", () => {
      const previous = releaseOf({ weight: 100 });
      const next = release({ green: previous.slots.green }, 0);
      assert.deepEqual(say(changeOf({ product: axway, next, previous })), []);
      assert.deepEqual(say(changeOf({ product: axway, next: alone({}) })), []);
    });
  });

  describe("settings", () => {
    it("take what is secret out, as environment", () => {
      const parsed = axway.settings.parse({
        ...target,
        credentials: { username: "admin", password: "s3cret-1" },
        domainPassphrase: "s3cret-2",
        cassandra: { host: "NodeA", username: "cassandra", password: "s3cret-3" },
      });
      const { settings, secrets } = axway.splitSecrets(parsed);
      assert.deepEqual(secrets, {
        AXWAY_ANM_USERNAME: "admin",
        AXWAY_ANM_PASSWORD: "s3cret-1",
        AXWAY_DOMAIN_PASSPHRASE: "s3cret-2",
        AXWAY_CASSANDRA_PASSWORD: "s3cret-3",
      });
      assert.doesNotMatch(JSON.stringify(settings), /s3cret|admin"/);
      assert.deepEqual(settings.cassandra, { host: "NodeA", port: 9042, username: "cassandra" });
    });
    const refused: [as: string, given: Given][] = [
      ["an unknown key", { colour: "blue" }],
      ["a relative directory", { installDir: "Axway/apigateway" }],
      ["a node named twice", { topology: [...single, ...single] }],
      ["a host that is a command", { anmHost: "NodeA; rm -rf /" }],
      ["Cassandra and none", { noCassandra: true, cassandra: { host: "NodeA" } }],
      ["a user name without a password", { credentials: { username: "admin" } }],
      ["a directory of several lines", { installDir: "/opt\n/apigateway" }],
    ];
    for (const [as, given] of refused) {
      it(`refuse ${as}`, () => assert.equal(axway.settings.safeParse(given).success, false));
    }
    it("may be left out", () => assert.equal(axway.settings.safeParse({}).success, true));
  });

  describe("breaking changes", () => {
    const concerned = (given: Case) =>
      axway.breakingChanges
        .filter(({ concerns }) => concerns?.(upgrade(given)) !== false)
        .map(({ id }) => id);
    it("of Cassandra concern only who uses it", () => {
      const [all, without] = [concerned({}), concerned({ new: { cassandra: undefined, noCassandra: true } })];
      assert.deepEqual(
        all.filter((id) => !without.includes(id)),
        ["axway/7.7/cassandra-port", "axway/7.7.20230228/cassandra-2.2"],
      );
    });
    it("are each on the way to a version that the guide leads to", () => {
      for (const { id, since } of axway.breakingChanges) {
        assert.deepEqual(axway.path("7.5.1", since), { guaranteed: true }, id);
      }
    });
  });

  it("every source is an address", () => {
    const findings = [everythingWrong, { ...update, new: { carriedOver: [] } }].flatMap((given) =>
      say(upgrade(given)),
    );
    const all = [
      ...axway.rules,
      ...findings,
      ...axway.breakingChanges,
      ...(axway.procedure ?? []),
      ...axway.interruptions(upgrade({ weight: 100 })),
    ].map(({ source }) => source);
    for (const source of [...all, axway.pathSource, axway.databaseVersions?.source ?? ""]) {
      assert.match(source, /^https:\/\/docs\.axway\.com\/\S+$/);
    }
  });
});
