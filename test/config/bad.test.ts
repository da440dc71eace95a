import assert from "node:assert/strict";
import { plannedKeys } from "../../stacks/config/schema";
import { check, existing, type Given, good, read, two } from "./given";

describe("a stack's config that is bad names the key and what is wrong", () => {
  const blue = (other: Given) => ({ ...good, blue: { version: "3.9.1", ...other } });
  const table: [what: string, given: Given, key: string, wrong: RegExp][] = [
    ["no product", { blue: { version: "3.9.1" } }, "product", /product is missing/],
    ["an unknown product", { ...good, product: "kongg" }, "product", /^There is no product "kongg"\.$/],
    [
      "a planned product",
      { ...good, product: "api7" },
      "product",
      /^API7 Enterprise is not built yet on local: its rules are checked/,
    ],
    [
      "a product named as every object's property",
      { ...good, product: "constructor" },
      "product",
      /no product/,
    ],
    ["an unknown platform", { ...good, platform: "moon" }, "platform", /^There is no platform "moon"\.$/],
    ["a planned platform", { ...good, platform: "kubernetes" }, "platform", /kubernetes is not built yet/],
    [
      "an unknown strategy",
      { ...good, strategy: "rolling" },
      "strategy",
      /Kong Gateway has no strategy "rolling"/,
    ],

    [
      "a database that nothing would be on",
      { ...good, database: { host: "db", name: "kong", user: "kong" } },
      "database",
      /^gateway:database gives a database, and under blue-green each slot has one of its own\.$/,
    ],
    [
      "half a database",
      { ...good, strategy: "blue-green-shared-database", database: { host: "db", name: "kong" } },
      "database.user",
      /database\.user is missing/,
    ],
    [
      "a snapshot for a database that is not made here",
      { ...good, strategy: "blue-green-shared-database", restoreFrom: "/snapshots/one" },
      "restoreFrom",
      /fills a database that is made here/,
    ],
    [
      "an existing gateway on a shared database",
      { ...good, strategy: "blue-green-shared-database", blue: { version: "3.9.1", existing } },
      "blue.existing",
      /is not built yet: its nodes cannot be stopped/,
    ],

    ["no slot", { product: "kong" }, "blue", /^There is no slot\.$/],
    ["no version", { ...good, blue: { nodes: 1 } }, "blue.version", /must be a version in quotes/],
    [
      "an unquoted 3.10",
      { ...good, blue: { version: 3.1 } },
      "blue.version",
      /is the number 3\.1, not a version: quote it \("3\.10\.0"\), since an unquoted 3\.10 is the number 3\.1\.$/,
    ],
    [
      "a version of two parts",
      blue({ version: "3.10" }),
      "blue.version",
      /"3\.10" is no version: give three or four/,
    ],
    ["a slot that is text", { ...good, blue: "3.9.1" }, "blue", /expected object/],
    ["no node", blue({ nodes: 0 }), "blue.nodes", />=1/],
    ["half a node", blue({ nodes: 1.5 }), "blue.nodes", /expected int/],
    ["nodes in quotes", blue({ nodes: "2" }), "blue.nodes", /expected number/],
    ["too many nodes", blue({ nodes: 31 }), "blue.nodes", /<=30/],
    ["generation 0", blue({ generation: 0 }), "blue.generation", />=1/],
    ["an unknown key of a slot", blue({ replicas: 2 }), "blue.replicas", /^There is no such key\.$/],

    [
      "weights that sum to less",
      two({ traffic: { blue: 50, green: 40 } }),
      "traffic",
      /sum to 90, not to 100/,
    ],
    ["weights that sum to more", two({ traffic: { blue: 100, green: 10 } }), "traffic", /sum to 110/],
    ["one slot with less than all", { ...good, traffic: { blue: 90 } }, "traffic", /sum to 90/],
    [
      "weight of a slot that is not there",
      { ...good, traffic: { blue: 90, green: 10 } },
      "traffic.green",
      /no slot/,
    ],
    ["a weight that is no whole number", two({ traffic: { green: 0.5 } }), "traffic.green", /expected int/],
    ["a weight below 0", two({ traffic: { green: -1 } }), "traffic.green", />=0/],
    ["a weight of a stranger", two({ traffic: { red: 10 } }), "traffic.red", /no such key/],
    [
      "equal versions without a source",
      two({ green: { version: "3.9.1" } }),
      "source",
      /same version, 3\.9\.1/,
    ],
    ["a source that is no slot", two({ source: "red" }), "source", /blue.*green/],

    [
      "a role that is not built",
      blue({ settings: { role: "data_plane" } }),
      "blue.settings.role",
      /data_plane.* not built yet/,
    ],
    [
      "an unknown role",
      blue({ settings: { role: "king" } }),
      "blue.settings.role",
      /"king" is no role of Kong/,
    ],
    ["an unknown setting", blue({ settings: { roel: "x" } }), "blue.settings.roel", /no such key/],
    [
      "a property that the platform sets",
      blue({ settings: { properties: { pg_host: "x" } } }),
      "blue.settings.properties.pg_host",
      /is set by the platform/,
    ],

    ["no address", blue({ existing: { ...existing, addresses: [] } }), "blue.existing.addresses", />=1/],
    [
      "an address without a port",
      blue({ existing: { ...existing, addresses: ["a"] } }),
      "blue.existing.addresses.0",
      /host:port/,
    ],
    [
      "a URL of another kind",
      blue({ existing: { ...existing, adminApi: "ftp://a" } }),
      "blue.existing.adminApi",
      /http or https/,
    ],
    [
      "no database",
      blue({ existing: { ...existing, database: undefined } }),
      "blue.existing.database",
      /is missing/,
    ],

    ["a method in small letters", check({ method: "get" }), "smokeTests.checks.0.method", /GET/],
    ["a path without a slash", check({ path: "x" }), "smokeTests.checks.0.path", /must start with \//],
    [
      "a header name with a space",
      check({ headers: { "a b": "c" } }),
      "smokeTests.checks.0.headers.a b",
      /no header name/,
    ],
    [
      "a header with a line break",
      check({ headers: { a: "b\r\nc" } }),
      "smokeTests.checks.0.headers.a",
      /control/,
    ],
    ["a status that is none", check({ status: 99 }), "smokeTests.checks.0.status", /./],
    ["no check", { ...good, smokeTests: { checks: [] } }, "smokeTests.checks", />=1/],
    ["no round", { ...good, smokeTests: { consecutive: 0 } }, "smokeTests.consecutive", />=1/],
    ["no deadline", { ...good, smokeTests: { deadline: 0 } }, "smokeTests.deadline", />=1/],

    ["no drain limit", { ...good, drainLimit: 0 }, "drainLimit", />=1/],
    [
      "a time limit in words",
      { ...good, timeouts: { start: "a minute" } },
      "timeouts.start",
      /expected number/,
    ],
    ["an unknown time limit", { ...good, timeouts: { stary: 5 } }, "timeouts.stary", /no such key/],
    ["a port of the system", { ...good, local: { port: 80 } }, "local.port", />=1024/],
    ["an empty password", { ...good, database: { password: "" } }, "database.password", />=1/],
    [
      "a password with a line break",
      { ...good, database: { password: "a\nb" } },
      "database.password",
      /control/,
    ],
    ["a location with a null character", { ...good, restoreFrom: "a\0b" }, "restoreFrom", /control/],
    ["an unknown key without a value", { ...good, trafic: {} }, "trafic", /^There is no such key\.$/],
    ["an unknown key", { ...good, trafic: { blue: 100 } }, "trafic", /^There is no such key\.$/],
    ...plannedKeys.map((key): [string, Given, string, RegExp] => [
      `${key}, which nothing acts on yet`,
      { ...good, [key]: "x" },
      key,
      new RegExp(`^${key} is not built yet: nothing acts on it\\.$`),
    ]),
  ];
  for (const [what, given, key, wrong] of table) {
    it(what, () => {
      const { settings, findings } = read(given);
      // What can be read, and is only not built, is read: the rules tell what else is wrong with it.
      assert.equal(
        settings === undefined,
        findings.some(({ rule }) => rule === "config/invalid"),
      );
      assert.deepEqual(
        findings.map((finding) => finding.key),
        [`gateway:${key}`],
      );
      const [finding] = findings;
      assert.match(finding?.wrong ?? "", wrong);
      assert.equal(finding?.severity, "error");
      assert.notEqual(finding?.remedy, "");
    });
  }
});
