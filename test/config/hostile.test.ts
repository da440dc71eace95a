import assert from "node:assert/strict";
import childProcess from "node:child_process";
import fc from "fast-check";
import { formatFinding } from "../../products/finding";
import { products } from "../../products/catalogue";
import type { Release } from "../../products/release";
import { hasHiddenCharacters } from "../../stacks/config/plain-text";
import { readConfig } from "../../stacks/config/read";
import { plannedKeys, schema } from "../../stacks/config/schema";
import { check } from "../../tools/check/check";
import { formatOutcome } from "../../tools/check/print";
import { recorded } from "../products/changes";
import { release, slot } from "../products/releases";
import { asRaw, check as checkOf, existing, type Given, good, read, two } from "./given";
import { forbidCommands } from "./no-commands";
import { inPlace, places } from "./places";

/** What a reviewer reads of one finding at most, in characters. */
const longestFinding = 3_000;

/** Releases that a hostile config may follow. */
const lastReleases: (Release | undefined)[] = [
  undefined,
  release({ blue: slot("3.9.1") }, 100),
  release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 90),
];

function assertPlain(text: string, what: string): void {
  for (const line of text.split("\n"))
    assert.ok(!hasHiddenCharacters(line), `${what}: ${JSON.stringify(line)}`);
  assert.doesNotMatch(text, /\n\s*at \S.*:\d+:\d+/, `${what} holds a stack trace`);
}

/** A review of the config comes to its end: with findings that are short and plain, and none that is an accident. */
function survives(raw: Record<string, string>): void {
  const { settings, findings } = readConfig(raw, () => ({ place: {} }));
  const isInvalid = findings.some(({ rule }) => rule !== "config/not-built");
  assert.equal(settings === undefined, isInvalid);
  for (const previous of lastReleases) {
    const record = previous && recorded(previous);
    const outcome = check("prod", { raw, encrypted: [] }, { last: { record }, promoted: { record } });
    for (const finding of outcome.findings) {
      const { key, wrong, remedy } = finding;
      assert.ok(key.startsWith("gateway:"), key);
      assert.ok(formatFinding(finding).length <= longestFinding, `${key} ${wrong.slice(0, 80)}`);
      assert.doesNotMatch(key + wrong + remedy, /\n/);
    }
    assertPlain(formatOutcome(outcome), "the outcome");
  }
}

const prototypeNames = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "valueOf"];
const shellText = [
  "$(touch /tmp/x)",
  "`id`",
  "; rm -rf /",
  "| sh",
  "' OR 1=1 --",
  "../../etc/passwd",
  "-rf",
  "\\",
];
const versions = ["3.10.0", "999999.999999.99999999", "0.0.0.0", "3.10", "v3.9.1", "-1.0.0", "3.9.1.", "NaN"];
const texts = [
  ...["x".repeat(10_000), "\u0000", "\u001b[31m", "a\nb", "\u202egnp", "𝕏", ""],
  ...[...prototypeNames, ...shellText, ...versions, ...Object.keys(products)],
];
const deep = JSON.parse(`${"[".repeat(500)}1${"]".repeat(500)}`) as unknown;
const deepObject = JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`) as unknown;
const wrongTypes = [null, true, 0, -1, 0.1, 1e308, 101, [], {}, [[]], deep, deepObject];
const polluting = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
) as unknown;

const value = fc.oneof(
  fc.constantFrom<unknown>(...texts, ...wrongTypes, polluting),
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
);
/** As the engine hands a value over, or text that is no JSON, or not as much as it seems. */
const rawValue = fc.oneof(
  value.map((each) => (typeof each === "string" ? each : JSON.stringify(each))),
  fc.constantFrom(
    "[".repeat(500),
    `${"[".repeat(20_000)}`,
    `"${"9".repeat(10_000)}"`,
    "1e999",
    "-0",
    "{",
    '"',
  ),
);

/** A config that names every key, so that each place of it can be made hostile. */
const whole: Given = {
  ...two({ traffic: { blue: 90, green: 10 }, source: "blue", drainLimit: 5, database: { password: "p" } }),
  blue: {
    ...{ version: "3.9.1", nodes: 2, generation: 3, existing },
    settings: { role: "traditional", properties: { a: "b" } },
  },
  smokeTests: {
    checks: [{ name: "n", path: "/", headers: { a: "b" }, status: [200], requestBody: "x" }],
    consecutive: 2,
  },
  timeouts: { lock: 5 },
  local: { port: 9_000, directory: "x" },
  ...{ freeze: "hold", acknowledge: ["a/b", { id: "a/b", apply: "FILE" }], production: true },
  customPlugins: [
    { name: "p", version: "1", tested: { where: "here", with: "3.10.0" }, tables: { t: "counter" } },
  ],
  ...{ acceptDowntime: "fine", windowOverride: "fine", promotedFrom: "staging" },
  window: { days: ["Mon"], from: "22:00", to: "02:00", timeZone: "Europe/Berlin" },
};

describe("a hostile config is refused or read, never a crash", () => {
  let commands: ReturnType<typeof forbidCommands>;
  before(() => (commands = forbidCommands()));
  after(() => commands.restore());
  afterEach(() => {
    assert.equal(commands.count(), 0, "a command was run");
    assert.equal(({} as Given).polluted, undefined, "every object was changed");
  });

  it("with whatever in place of whole values", () => {
    const known = Object.keys(schema.shape);
    const key = fc.oneof(
      fc.constantFrom(...known, ...plannedKeys, ...prototypeNames, "", "a.b"),
      fc.string(),
    );
    const some = fc.array(fc.tuple(key, rawValue), { maxLength: 8 });
    fc.assert(
      fc.property(some, (entries) => {
        survives(Object.fromEntries(entries.map(([name, each]) => [`gateway:${name}`, each])));
      }),
      { numRuns: 300 },
    );
  });
  it("in each place of a config that names every key, for every product", () => {
    assert.deepEqual(read(whole).findings, []);
    const anywhere = fc.constantFrom(...places(whole).filter((at) => at.length > 0));
    const product = fc.constantFrom(...Object.keys(products));
    fc.assert(
      fc.property(anywhere, value, product, (at, other, name) => {
        survives(asRaw(inPlace({ ...whole, product: name }, at, other) as Given));
      }),
      { numRuns: 400 },
    );
  });
  it("with an unknown key in each place that takes keys", () => {
    const anywhere = fc.constantFrom(...places(whole));
    fc.assert(
      fc.property(anywhere, fc.oneof(fc.constantFrom(...texts), fc.string()), (at, name) => {
        const holder = at.reduce<unknown>((each, key) => (each as Given)[key], whole);
        if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return;
        survives(asRaw(inPlace(whole, [...at, name], 1) as Given));
      }),
      { numRuns: 300 },
    );
  });

  describe("by name, where it could do harm", () => {
    const plugin = (other: Given) => ({ ...good, customPlugins: [{ name: "p", version: "1", ...other }] });
    const headers = (given: unknown) => checkOf({ headers: given });
    const table: [what: string, given: Given, key: string][] = [
      ["a weight in quotes", two({ traffic: { green: "10" } }), "traffic.green"],
      ["a weight beyond all numbers", two({ traffic: { green: 1e308 } }), "traffic.green"],
      ["a weight that is a list", two({ traffic: { green: [10] } }), "traffic.green"],
      ["weights that are a list", two({ traffic: [90, 10] }), "traffic"],
      ["a header with a line break", headers({ a: "b\r\nX-Admin: 1" }), "smokeTests.checks.0.headers.a"],
      ["a header's name with a colon", headers({ "a:b": "c" }), "smokeTests.checks.0.headers.a:b"],
      ["a header that is a list", headers({ a: ["b"] }), "smokeTests.checks.0.headers.a"],
      ["a header of 10,000 characters", headers({ a: "x".repeat(10_000) }), "smokeTests.checks.0.headers.a"],
      ["a path with a line break", checkOf({ path: "/\r\nHost: x" }), "smokeTests.checks.0.path"],
      ["a version with a command", { ...good, blue: { version: "3.9.1; id" } }, "blue.version"],
      ["a version with a path", { ...good, blue: { version: "../../3.9.1" } }, "blue.version"],
      ["a plugin with a command", plugin({ name: "$(id)" }), "customPlugins.0.name"],
      ["an id with a command", { ...good, acknowledge: ["`id`"] }, "acknowledge.0"],
      ["a product of every object", { ...good, product: "__proto__" }, "product"],
      ["a strategy of every object", { ...good, strategy: "constructor" }, "strategy"],
      ["a platform of every object", { ...good, platform: "toString" }, "platform"],
    ];
    for (const [what, given, key] of table) {
      it(what, () => {
        const { settings, findings } = read(given);
        assert.equal(settings, undefined);
        assert.deepEqual([...new Set(findings.map((finding) => finding.key))], [`gateway:${key}`]);
        survives(asRaw(given));
      });
    }
  });

  it("and a command that were run would be seen", () => {
    const own = forbidCommands();
    assert.throws(() => childProcess.spawnSync("true"), /a command was run/);
    assert.equal(own.count(), 1);
    own.restore();
  });
});
