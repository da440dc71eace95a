import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfig } from "../../stacks/config/read";
import { plannedKeys } from "../../stacks/config/schema";

/** A config as a stack file has it: text as it is, all else as JSON. */
type Given = Record<string, unknown>;

const good: Given = { product: "kong", blue: { version: "3.9.1" } };

function read(given: Given) {
  const raw = Object.entries(given).map(([key, value]): [string, string] => [
    `gateway:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readConfig(Object.fromEntries(raw), (name, { local: { port } }) => ({
    place: { at: `${name}:${port}` },
  }));
}

const check = (value: Given) => ({ ...good, smokeTests: { checks: [value] } });
const two = (other: Given = {}) => ({ ...good, green: { version: "3.10.0" }, ...other });
const existing = {
  addresses: ["10.0.0.1:8000"],
  adminApi: "http://10.0.0.1:8001",
  statusApi: "http://10.0.0.1:8007",
  database: { host: "db", name: "kong", user: "kong" },
};

describe("a stack's config", () => {
  describe("that is good", () => {
    const table: [what: string, given: Given][] = [
      ["the least that there can be", good],
      ["two slots", two()],
      ["a four-part version", { ...good, blue: { version: "3.10.0.11" } }],
      ["equal versions with a source", { ...good, green: { version: "3.9.1" }, source: "blue" }],
      ["an existing gateway", { ...good, blue: { version: "3.9.1", existing } }],
      ["settings of the product", { ...good, blue: { version: "3.9.1", settings: { role: "traditional" } } }],
      ["a status, or several", check({ status: 204 })],
      ["several statuses", check({ status: [200, 404] })],
      ["keys of other projects and of Pulumi", { ...good }],
      [
        "a database for both slots",
        {
          ...good,
          strategy: "blue-green-shared-database",
          database: { host: "db", name: "kong", user: "kong" },
        },
      ],
      ["a password", { ...good, database: { password: "p w'\"$\\" } }],
    ];
    for (const [what, given] of table) {
      it(what, () => {
        const { settings, findings } = read(given);
        assert.deepEqual(findings, []);
        assert.ok(settings);
      });
    }
    it("has the documented defaults", () => {
      const { settings } = read(good);
      assert.ok(settings);
      const { config, release, strategy, product, runnable } = settings;
      assert.deepEqual([config.platform, strategy, product.name], ["local", "blue-green", "kong"]);
      assert.equal(config.drainLimit, 60);
      assert.deepEqual(config.timeouts, {
        ...{ snapshot: 600, database: 600, migration: 600, start: 60, stop: 30, weights: 30, lock: 120 },
      });
      assert.deepEqual(release.weights, { blue: 100, green: 0 });
      assert.deepEqual([release.slots.blue?.nodes, release.slots.blue?.generation], [1, 1]);
      assert.deepEqual(settings.smokeChecks, runnable?.smokeTests);
    });
    it("does not look at keys of other projects", () => {
      const raw = {
        "gateway:product": "kong",
        "gateway:blue": `{"version":"3.9.1"}`,
        "aws:region": "x",
        other: "y",
      };
      assert.deepEqual(readConfig(raw, () => ({ place: {} })).findings, []);
    });
    it("keeps passwords out of the release", () => {
      const withPasswords = {
        ...two({ database: { password: "one-for-all" } }),
        blue: {
          version: "3.9.1",
          existing: { ...existing, database: { ...existing.database, password: "of-blue" } },
        },
      };
      const { settings } = read(withPasswords);
      assert.ok(settings);
      assert.doesNotMatch(JSON.stringify(settings.release), /one-for-all|of-blue/);
      assert.deepEqual(
        [settings.secrets.blue?.password, settings.secrets.green?.password],
        ["of-blue", "one-for-all"],
      );
    });
  });

  describe("weights", () => {
    const table: [given: Given | undefined, blue: number, green: number][] = [
      [undefined, 100, 0],
      [{ blue: 90, green: 10 }, 90, 10],
      [{ green: 10 }, 90, 10],
      [{ blue: 0 }, 0, 100],
      [{ blue: 100, green: 0 }, 100, 0],
    ];
    for (const [traffic, blue, green] of table) {
      it(`${JSON.stringify(traffic) ?? "left out"}: ${blue} and ${green}`, () => {
        assert.deepEqual(read(two(traffic ? { traffic } : {})).settings?.release.weights, { blue, green });
      });
    }
    it("left out go to the older slot, whatever its colour", () => {
      const { settings } = read({
        product: "kong",
        blue: { version: "3.10.0" },
        green: { version: "3.9.1" },
      });
      assert.deepEqual(settings?.release.weights, { blue: 0, green: 100 });
    });
    it("of 0 for a slot that is not there are no fault", () => {
      assert.deepEqual(read({ ...good, traffic: { blue: 100, green: 0 } }).findings, []);
    });
  });

  describe("that is bad names the key and what is wrong", () => {
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

    it("tells of all that is wrong at once", () => {
      const { findings } = read({
        product: "axway",
        platform: "hosts",
        blue: { version: 3.1, nodes: 0 },
        green: { version: "x" },
        traffic: { blue: 200 },
        drainLimit: -1,
        window: "x",
        nonsense: 1,
      });
      assert.deepEqual(findings.map(({ key }) => key.slice("gateway:".length)).sort(), [
        ...["blue.nodes", "blue.version", "drainLimit", "green.version", "nonsense", "platform"],
        ...["traffic.blue", "window"],
      ]);
    });
    it("never tells a password", () => {
      const secret = "p4ssw0rd";
      const given = {
        ...good,
        database: { password: `${secret}\n` },
        blue: {
          version: "3.9.1",
          database: { password: [secret] },
          settings: { properties: { pg_password: secret } },
        },
      };
      assert.doesNotMatch(JSON.stringify(read(given).findings), new RegExp(secret));
    });
  });

  describe("of hostile values is refused or read, never a crash", () => {
    const keys = [
      "product",
      "platform",
      "strategy",
      "blue",
      "green",
      "traffic",
      "source",
      "restoreFrom",
      "smokeTests",
    ];
    const others = [
      "drainLimit",
      "timeouts",
      "database",
      "local",
      "__proto__",
      "constructor",
      "toString",
      "",
      "a.b",
    ];
    const key = fc.oneof(fc.constantFrom(...keys, ...others, ...plannedKeys), fc.string());
    const hostile = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "x".repeat(10_000),
        "\u0000",
        "\u001b[31m",
        "null",
        "[]",
        "{}",
        "1e999",
        "-0",
        "NaN",
        '{"__proto__":1}',
      ),
      fc.constantFrom(`[${"[".repeat(500)}`, "[".repeat(500) + "]".repeat(500), `"${"9".repeat(10_000)}"`),
    );
    const survives = (raw: Record<string, string>) => {
      const reading = readConfig(raw, () => ({ place: {} }));
      for (const finding of reading.findings) {
        assert.equal(typeof finding.wrong, "string");
        assert.ok(finding.key.startsWith("gateway:"));
      }
      const isInvalid = reading.findings.some(({ rule }) => rule !== "config/not-built");
      assert.equal(reading.settings === undefined, isInvalid);
    };

    it("in place of whole values", () => {
      const some = fc.array(fc.tuple(key, hostile), { maxLength: 8 });
      fc.assert(
        fc.property(some, (entries) => {
          survives(Object.fromEntries(entries.map(([name, value]) => [`gateway:${name}`, value])));
        }),
        { numRuns: 300 },
      );
    });

    const whole = {
      ...two({
        product: "kong",
        traffic: { blue: 90, green: 10 },
        source: "blue",
        drainLimit: 5,
        database: { password: "p" },
      }),
      blue: {
        version: "3.9.1",
        nodes: 2,
        generation: 3,
        existing,
        settings: { role: "traditional", properties: { a: "b" } },
      },
      smokeTests: {
        checks: [{ name: "n", path: "/", headers: { a: "b" }, status: [200], requestBody: "x" }],
        consecutive: 2,
      },
      timeouts: { lock: 5 },
      local: { port: 9_000, directory: "x" },
    };
    /** Every place in a value, as the keys that lead to it. */
    const places = (value: unknown, at: string[] = []): string[][] =>
      typeof value === "object" && value !== null
        ? [at, ...Object.entries(value).flatMap(([name, inner]) => places(inner, [...at, name]))]
        : [at];
    const inPlace = (value: unknown, [name, ...rest]: string[], other: unknown): unknown => {
      if (name === undefined) return other;
      const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Given;
      copy[name] = inPlace(copy[name], rest, other);
      return copy;
    };
    it("in each place of a config that is whole", () => {
      assert.deepEqual(read(whole).findings, []);
      const anywhere = fc.constantFrom(...places(whole).filter((at) => at.length > 0));
      const value = fc.oneof(
        fc.jsonValue(),
        fc.string({ unit: "binary" }),
        fc.constantFrom("x".repeat(10_000), "\0", 1e308),
      );
      fc.assert(
        fc.property(anywhere, value, (at, other) => {
          const given = inPlace(whole, at, other) as Given;
          survives(
            Object.fromEntries(
              Object.entries(given).map(([name, each]) => [
                `gateway:${name}`,
                typeof each === "string" ? each : JSON.stringify(each),
              ]),
            ),
          );
        }),
        { numRuns: 400 },
      );
    });
    it("and a finding stays short and plain, whatever is in the config", () => {
      const long = "x".repeat(10_000);
      const nasty = "\u001b[2Jgone\n";
      for (const value of [long, nasty]) {
        const places = [
          { ...good, [value]: 1 },
          { ...good, product: value },
          { ...good, strategy: value },
          { ...good, blue: { version: value } },
          { ...good, blue: { version: "3.9.1", [value]: 1 } },
          { ...good, blue: { version: "3.9.1", settings: { role: value } } },
          { ...good, blue: { version: "3.9.1", settings: { properties: { [value]: "x" } } } },
          check({ headers: { [`${value} `]: "x" } }),
        ];
        for (const given of places) {
          const { findings } = read(given);
          assert.notEqual(findings.length, 0);
          for (const { key, wrong, remedy } of findings) {
            assert.ok(key.length + wrong.length + remedy.length < 1_500, `${wrong.slice(0, 80)}`);
            // eslint-disable-next-line no-control-regex -- control characters are what is looked for
            assert.doesNotMatch(key + wrong + remedy, /[\u0000-\u001f\u007f]/);
          }
        }
      }
    });
  });
});
