import assert from "node:assert/strict";
import { kong } from "../products/kong";
import type { Release } from "../products/release";
import { rulesOf } from "../products/rules/catalogue";
import { readConfig } from "../stacks/config/read";
import { placeOf } from "../stacks/local-place";
import { type Before, check, exitCodeOf, onSecrets } from "../tools/check/check";
import { formatOutcome } from "../tools/check/print";
import { asRaw, type Given, good } from "./config/given";
import { recorded } from "./products/changes";

const upgrade: Given = { ...good, green: { version: "3.9.2" }, traffic: { green: 0 } };

/** The release that an update with this config recorded. */
function releaseOf(given: Given): Release {
  const { settings, findings } = readConfig(asRaw(given), placeOf("prod"));
  if (!settings) throw new Error(JSON.stringify(findings));
  return settings.release;
}

const after = (given: Given): Before => ({ last: { record: recorded(releaseOf(given)) } });
const run = (given: Given, before: Before = {}, encrypted: string[] = []) =>
  check("prod", { raw: asRaw(given), encrypted }, before);
const rulesFound = (given: Given, before?: Before, encrypted?: string[]) =>
  run(given, before, encrypted).findings.map(({ rule, key }) => `${rule} ${key}`);
const needing = (need: string) =>
  rulesOf(kong).filter(({ needs = [] }) => needs.some((each) => each === need));
const idsOf = (rules: readonly { id: string }[]) => rules.map(({ id }) => id).sort();

describe("npm run check", () => {
  it("finds no error in an upgrade along a guaranteed path, and every rule is asked", () => {
    const outcome = run(upgrade, after(good));
    const errors = outcome.findings.filter(({ severity }) => severity === "error");
    assert.deepEqual([errors, outcome.notChecked, exitCodeOf(outcome)], [[], [], 0]);
  });
  it("finds a path that is not guaranteed, as a preview does", () => {
    const from = { ...good, blue: { version: "3.7.1" } };
    const outcome = run({ ...from, green: { version: "3.9.2" } }, after(from));
    const finding = outcome.findings.find(({ rule }) => rule === "path/not-guaranteed");
    assert.equal(finding?.key, "gateway:green.version");
    assert.match(finding?.remedy ?? "", /3\.7\.1 → 3\.8\.x → 3\.9\.2/);
    assert.equal(exitCodeOf(outcome), 1);
  });
  it("finds a transition that the last release does not allow", () => {
    const gone = { product: "kong", green: { version: "3.9.2" } };
    assert.ok(rulesFound(gone, after(good)).includes("transition/serving-slot-leaves gateway:blue"));
  });
  it("tells at the same time what is not built and what the rules say of it", () => {
    const given = { product: "axway", blue: { version: "7.7.20240228" }, green: { version: "7.7.20240530" } };
    const outcome = run(given, after(given));
    assert.ok(outcome.findings.some(({ rule }) => rule === "config/not-built"));
    assert.equal(exitCodeOf(outcome), 1);
    assert.ok(outcome.atPreview.length > 0);
  });

  describe("without the last release", () => {
    it("lists the rules that need it as not checked, and its exit code says so", () => {
      const outcome = run(good);
      const expected = needing("last release").filter(
        ({ id, needs = [] }) => !needs.includes("live gateway") && !onSecrets.includes(id),
      );
      assert.ok(expected.length >= 5);
      assert.deepEqual(idsOf(outcome.notChecked), idsOf(expected));
      assert.equal(exitCodeOf(outcome), 2);
      assert.match(
        formatOutcome(outcome),
        /^Not checked \(give --release\):\n {2}transition\/serving-slot-leaves: The older slot leaves only/,
      );
    });
    it("an error still is one", () => {
      assert.equal(exitCodeOf(run({ ...good, trafic: {} })), 1);
    });
    it("a stack that has none is one whose outputs are empty", () => {
      assert.equal(exitCodeOf(run(good, { last: {} })), 0);
    });
  });

  describe("with gateway:promotedFrom", () => {
    const promoted = { ...upgrade, promotedFrom: "staging" };
    it("and no release of it lists the rules that need that", () => {
      const expected = needing("promoted release").filter(
        ({ needs = [] }) => !needs.includes("live gateway"),
      );
      assert.deepEqual(idsOf(run(promoted, after(good)).notChecked), idsOf(expected));
    });
    it("and its release asks them all", () => {
      const staged = { record: recorded(releaseOf({ ...good, blue: { version: "3.9.2" } })) };
      assert.deepEqual(run(promoted, { ...after(good), promoted: staged }).notChecked, []);
    });
  });

  describe("rules that need what runs", () => {
    it("are listed as asked at preview, and change nothing about the exit code", () => {
      const outcome = run(upgrade, after(good));
      assert.deepEqual(
        idsOf(outcome.atPreview),
        idsOf([...needing("live gateway"), ...onSecrets.map((id) => ({ id }))]),
      );
      assert.equal(exitCodeOf(outcome), 0);
    });
    it("and so are those that compare secrets, which are encrypted here", () => {
      const ids = idsOf(rulesOf(kong));
      for (const id of onSecrets) assert.ok(ids.includes(id), `there is no rule ${id}`);
    });
  });

  describe("secrets", () => {
    const withPassword = { ...good, database: { password: "encrypted" } };
    it("in plain are a warning", () => {
      const outcome = run(withPassword, after(withPassword));
      assert.deepEqual(
        outcome.findings.map(({ rule, severity }) => [rule, severity]),
        [["config/plain-secret", "warning"]],
      );
      assert.equal(exitCodeOf(outcome), 0);
    });
    it("that are encrypted are none", () => {
      assert.deepEqual(rulesFound(withPassword, after(withPassword), ["gateway:database.password"]), []);
    });
    it("in place of a whole slot cannot be read here, which is said", () => {
      const [finding] = run({ ...good, blue: "encrypted" }, {}, ["gateway:blue"]).findings;
      assert.match(finding?.wrong ?? "", /^gateway:blue is encrypted as a whole/);
      assert.match(finding?.remedy ?? "", /--secret --path 'gateway:blue/);
    });
  });

  it("prints the findings worst first, then the counts", () => {
    const given = {
      ...good,
      database: { password: "p" },
      blue: { version: "3.7.1" },
      green: { version: "3.9.2" },
    };
    const lines = formatOutcome(run(given)).split("\n");
    assert.match(lines[0] ?? "", /^error: gateway:green\.version: /);
    assert.ok(lines.some((line) => line.startsWith("warning: gateway:database: ")));
    assert.match(
      lines.at(-1) ?? "",
      /^\d+ errors?, \d+ warnings?, \d+ rules not checked, \d+ asked at preview only$/,
    );
  });
  it("does not list the rules of a config that cannot be read", () => {
    const text = formatOutcome(run({ ...good, nonsense: 1 }));
    assert.match(text, /The rules are asked once the config can be read\./);
    assert.doesNotMatch(text, /transition\//);
  });
});
