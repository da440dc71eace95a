import assert from "node:assert/strict";
import { jahia } from "../../products/jahia";
import { nodeSteps } from "../../products/jahia/order";
import { markerFor } from "../../products/jahia/procedure";
import type { Change } from "../../products/change";
import type { Slot } from "../../products/release";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

type Given = Record<string, unknown>;

/** A cluster of three nodes, as the guide has it, with all that a rule asks for. */
const nodes: [one: Given, two: Given, three: Given] = [
  { serverId: "node-1", processing: true },
  { serverId: "node-2" },
  { serverId: "node-3" },
];
const cluster = { activated: true, nodes };

function schema(version: string, letter: "a" | "b", other: Given = {}): Slot {
  const settings = {
    cluster,
    database: { url: `jdbc:postgresql://db:5432/jahia_${letter}` },
    migration: { version, command: ["/opt/patches/upgrade.sh"] },
    generatedResources: "own",
    stickySessions: true,
    jobsHeld: true,
    ...other,
  };
  return slot(version, { nodes: 3, settings: jahia.settings.parse(settings) });
}

const window: Change["asked"]["window"] = {
  days: ["Wed"],
  from: "10:00",
  to: "16:00",
  timeZone: "UTC",
};

/** What the rules of Jahia say of an upgrade to schema B, which differs from a sound one as given. */
function review({
  green = {},
  blue = {},
  from = "8.1.8.0",
  to = "8.2.3.0",
  asked = {},
}: {
  green?: Given;
  blue?: Given;
  from?: string;
  to?: string;
  asked?: Partial<Change["asked"]>;
}) {
  const before = schema(from, "a", blue);
  return findingsOf(
    changeOf({
      product: jahia,
      previous: release({ blue: before }, 100),
      next: release({ blue: before, green: schema(to, "b", green) }, 0, "blue"),
      asked: { acknowledge: [], customPlugins: [], production: false, window, ...asked },
    }),
  );
}

/** What Jahia's own rules say of a change, without those that hold for every product. */
function findingsOf(change: Change) {
  return found(change).filter(({ rule }) => jahia.rules.some(({ id }) => id === rule));
}

describe("Jahia's rolling upgrade, step by step", () => {
  describe("before the first step", () => {
    const without = (name: string): Given => ({ [name]: undefined });
    const crossing = (...list: Given[]) => ({ cluster: { ...cluster, nodes: list } });
    const [one, two, three] = nodes;
    const url = (name: string, other: Given = {}) => ({
      database: { url: `jdbc:postgresql://db:5432/${name}`, ...other },
    });
    type Row = [
      as: string,
      given: Parameters<typeof review>[0],
      rule?: string,
      key?: string,
      severity?: "warning",
    ];
    const table: Row[] = [
      ["a cluster of three nodes that is ready", {}],
      [
        "no processing node",
        { green: crossing({ ...one, processing: false }, two, three) },
        "one-processing-node",
        "cluster.nodes",
      ],
      ["no nodes at all", { green: crossing() }, "one-processing-node", "cluster.nodes"],
      [
        "two processing nodes",
        { green: crossing(one, { ...two, processing: true }, three) },
        "one-processing-node",
        "cluster.nodes",
      ],
      [
        "the processing node is not first",
        { green: crossing(two, one, three) },
        "one-processing-node",
        "cluster.nodes",
      ],
      ["a serverId twice", { green: crossing(one, two, three, two) }, "one-processing-node", "cluster.nodes"],
      ["a node that does not cross", { green: crossing(one, two) }, "same-nodes", "cluster.nodes"],
      [
        "another processing node than before",
        { blue: crossing({ ...one, processing: false }, { ...two, processing: true }, three) },
        "same-nodes",
        "cluster.nodes",
      ],
      ["one node alone", { blue: crossing(one), green: crossing(one) }, "one-node-left", "cluster.nodes"],
      [
        "a cluster that is not activated",
        { green: { cluster: { ...cluster, activated: false } } },
        "clustered",
        "cluster.activated",
      ],
      [
        "read-only mode switched on a node that no other follows",
        { green: { cluster: { ...cluster, readOnlyFrom: "node-2" } } },
        "read-only-first",
        "cluster.readOnlyFrom",
      ],
      [
        "read-only mode switched on the processing node",
        { green: { cluster: { ...cluster, readOnlyFrom: "node-1" } } },
      ],
      ["no schema B", { green: without("database") }, "schema", "database.url"],
      ["schema B is schema A", { green: url("jahia_a") }, "schema", "database.url"],
      [
        "schema B is schema A with another way to connect",
        { green: { database: { url: "jdbc:postgresql://DB/jahia_a?ssl=true" } } },
        "schema",
        "database.url",
      ],
      ["schema B is another one in the same database", { green: url("jahia_a?currentSchema=b") }],
      ["schema A is not told", { blue: without("database") }, "schema", undefined, "warning"],
      [
        "containers that keep their first database",
        { green: { docker: {} } },
        "database-url-pinned",
        "docker.dataFolderEnv",
      ],
      ["containers whose env file is written anew", { green: { docker: { dataFolderEnv: "rewritten" } } }],
      [
        "containers with DB_URL of schema B",
        { green: { docker: { dbUrl: "jdbc:postgresql://db/jahia_b" } } },
      ],
      [
        "containers with DB_URL of schema A",
        { green: { docker: { dbUrl: "jdbc:postgresql://db/jahia_a", dataFolderEnv: "rewritten" } } },
        "database-url-pinned",
        "docker.dbUrl",
      ],
      [
        "containers that keep their first user",
        { green: { docker: { dbUrl: "jdbc:postgresql://db/jahia_b" }, ...url("jahia_b", { user: "b" }) } },
        "database-url-pinned",
        "docker.dataFolderEnv",
      ],
      ["no migration command", { green: without("migration") }, "migration-command", "migration"],
      [
        "the migration command of another release",
        { green: { migration: { version: "8.2.2.0", command: ["upgrade"] } } },
        "migration-command",
        "migration.version",
      ],
      ["no migration command at equal versions", { from: "8.2.3.0", green: without("migration") }],
      [
        "generated-resources that nodes share",
        { green: { generatedResources: "shared" } },
        "generated-resources-shared",
        "generatedResources",
      ],
      [
        "generated-resources not told of",
        { green: without("generatedResources") },
        "generated-resources-shared",
        "generatedResources",
      ],
      ["no sticky sessions", { green: { stickySessions: false } }, "sticky-sessions", "stickySessions"],
      [
        "sticky sessions not told of",
        { green: without("stickySessions") },
        "sticky-sessions",
        "stickySessions",
      ],
      ["jobs that may run on", { green: { jobsHeld: false } }, "running-jobs", "jobsHeld", "warning"],
      ["no period of low activity", { asked: { window: undefined } }, "low-activity", undefined, "warning"],
    ];
    for (const [as, given, rule, key, severity = "error"] of table) {
      it(`${as}: ${rule ?? "fine"}`, () => {
        const findings = review(given);
        assert.deepEqual(
          findings.map((finding) => finding.rule),
          rule ? [`jahia/${rule}`] : [],
        );
        const [finding] = findings;
        if (!finding) return;
        assert.equal(finding.severity, severity);
        if (key) assert.equal(finding.key, `gateway:green.settings.${key}`);
        assert.match(finding.wrong, /^[^\n]+\.$/);
        assert.match(finding.remedy, /^[^\n]+\.$/);
      });
    }
    it("says what is wrong, and what to do, as the guide would", () => {
      const [finding] = review({ green: crossing(two, one, three) });
      assert.equal(finding?.wrong, "node-2 is the first node to cross, and node-1 is the processing node.");
      assert.match(finding?.remedy ?? "", /^Put node-1 first/);
    });
    it("tells all at once", () => {
      const rules = review({ green: { stickySessions: false, generatedResources: "shared", docker: {} } });
      assert.equal(rules.length, 3);
    });
  });

  describe("what it asks nothing of", () => {
    const unsound = { stickySessions: false, generatedResources: "shared", cluster: {}, jobsHeld: false };
    const [a, b] = [schema("8.1.8.0", "a", unsound), schema("8.2.3.0", "b", unsound)];
    const upgraded = release({ blue: a, green: b }, 0);
    const changes: [as: string, previous: Change["next"] | undefined, next: Change["next"]][] = [
      ["a new stack of one slot", undefined, release({ blue: a }, 100)],
      ["a change that changes nothing", upgraded, upgraded],
      ["a rollback", upgraded, release({ blue: a, green: b }, 100)],
      ["a rollback that takes the newer slot out", upgraded, release({ blue: a }, 100)],
      ["the end: the older slot is retired", upgraded, release({ green: b }, 0)],
    ];
    for (const [as, previous, next] of changes) {
      it(as, () => {
        const change = changeOf({ product: jahia, previous, next });
        assert.deepEqual(findingsOf(change), []);
        assert.deepEqual(jahia.interruptions(change), []);
      });
    }
    it("but again of a change that goes on with it", () => {
      const change = changeOf({
        product: jahia,
        previous: release({ blue: a, green: b }, 100),
        next: upgraded,
      });
      assert.ok(findingsOf(change).some(({ rule }) => rule === "jahia/sticky-sessions"));
    });
  });

  it("stops writes from read-only mode on until the last node has crossed", () => {
    const previous = release({ blue: schema("8.1.8.0", "a") }, 100);
    const next = release({ blue: schema("8.1.8.0", "a"), green: schema("8.2.3.0", "b") }, 0);
    const [writes, ...others] = jahia.interruptions(changeOf({ product: jahia, previous, next }));
    assert.deepEqual(others, []);
    assert.match(writes?.what ?? "", /^all writes, on every node/);
    assert.match(
      writes?.howLong ?? "",
      /^from full read-only mode on until the last node has crossed to green;/,
    );
  });

  describe("the procedure", () => {
    it("has the guide's eleven steps in its order, and what is done at the end", () => {
      assert.deepEqual(
        jahia.procedure?.map(({ name, where }) => [name, where]),
        [
          ["read-only", "every node"],
          ["backup", "the environment"],
          ["copy", "the database"],
          ...nodeSteps.map((step) => [step, "the processing node"]),
          ["others", "the other nodes, one by one"],
          ["finish", "every node"],
        ],
      );
    });
    it("each step comes after the ones that it waits for", () => {
      const names = jahia.procedure?.map(({ name }) => name) ?? [];
      for (const { name, after } of jahia.procedure ?? []) {
        for (const earlier of after) {
          assert.ok(names.includes(earlier), earlier);
          assert.ok(names.indexOf(earlier) < names.indexOf(name), `${earlier} before ${name}`);
        }
      }
    });
    it("marks the processing node with rolling-upgrade, the others with backup-restore", () => {
      assert.equal(markerFor({ processing: true }), "rolling-upgrade");
      assert.equal(markerFor({ processing: false }), "backup-restore");
    });
  });

  it("every source is a public address", () => {
    const steps = jahia.procedure ?? [];
    const listed = [...jahia.rules, ...jahia.breakingChanges, ...steps].map(({ source }) => source);
    for (const source of [jahia.pathSource, ...listed]) assert.match(source, /^https:\/\/[a-z.]+\/\S+$/);
  });
});
