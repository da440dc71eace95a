import assert from "node:assert/strict";
import { kong } from "../../products/kong";
import type { Product } from "../../products/product";
import type { Release, Slot } from "../../products/release";
import { changeOf, found } from "./changes";
import { existing, release, slot } from "./releases";

const source = "https://vendor.example/databases";
const product: Product = {
  ...kong,
  rules: [],
  controlPlane: kong.settings,
  databaseVersions: {
    server: "PostgreSQL",
    byLine: { "3.9": { oldest: 9, newest: 16 }, "3.10": { oldest: 12, newest: 17 } },
    source,
  },
};

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number, version = "3.10.0") =>
  release({ blue: slot("3.9.1"), green: slot(version) }, blueWeight);
const controlled = (version: string): Release => ({ ...alone, controlPlane: { version, settings: {} } });

function review(previous: Release | undefined, next: Release, server: string | undefined) {
  const databaseServer = { blue: server, green: server };
  return found(changeOf({ product, previous, next, observed: { databaseServer } })).filter(
    ({ rule }) => rule === "database/version",
  );
}

describe("the database server", () => {
  const accepted: [what: string, previous: Release | undefined, next: Release, server?: string][] = [
    ["the oldest that the target supports", alone, pair(100), "12.22"],
    ["the newest", alone, pair(100), "17.2"],
    ["one before, of a version that stays", pair(100), pair(0), "9.6.24"],
    ["one before, in a rollback", pair(0), alone, "9.6.24"],
    ["one that is not known", alone, pair(100), undefined],
    ["one whose version says nothing", alone, pair(100), "unknown"],
    ["any, for a line whose support is not known", alone, pair(100, "3.11.0"), "9.6.24"],
  ];
  for (const [what, previous, next, server] of accepted) {
    it(`may be ${what}`, () => assert.deepEqual(review(previous, next, server), []));
  }

  it("is not one before the oldest", () => {
    assert.deepEqual(review(alone, pair(100), "11.9"), [
      {
        severity: "error",
        rule: "database/version",
        key: "gateway:green.version",
        wrong: "Kong Gateway 3.10.0 supports PostgreSQL 12 to 17, and green's database is on 11.9.",
        remedy: "Move the database to PostgreSQL 12 or later first, at the version that runs now.",
        source,
      },
    ]);
  });
  it("is told of when it is newer than the vendor names", () => {
    const [finding, ...others] = review(undefined, alone, "17.0");
    assert.deepEqual(others, []);
    assert.equal(finding?.severity, "warning");
    assert.equal(finding.key, "gateway:blue.version");
  });
  it("is asked about by the control plane's version where that owns the database", () => {
    assert.deepEqual(
      review(controlled("3.9.1"), controlled("3.10.0"), "11.9").map(({ key }) => key),
      ["gateway:controlPlane.version"],
    );
    assert.deepEqual(review(controlled("3.9.1"), controlled("3.9.2"), "11.9"), []);
  });

  describe("that config gives", () => {
    const on = (version: string, databaseServer: string, other = {}) =>
      slot(version, { databaseServer, ...other });
    const given = (previous: Release | undefined, next: Release, observed?: string) =>
      found(
        changeOf({
          product,
          previous,
          next,
          observed: { databaseServer: { blue: observed, green: observed } },
        }),
      ).filter(({ rule }) => rule.startsWith("database/"));
    const copied = (blue: Slot, server: string) => release({ blue, green: on("3.10.0", server) }, 100);

    it("is refused on a new stack too, where no server can be asked yet", () => {
      const findings = given(undefined, release({ blue: on("3.10.0", "11.22") }, 100));
      assert.deepEqual(
        findings.map(({ rule, severity, key }) => [rule, severity, key]),
        [["database/given-version", "error", "gateway:blue.version"]],
      );
      assert.match(
        findings[0]?.wrong ?? "",
        /supports PostgreSQL 12 to 17, and blue's database is on 11\.22/,
      );
    });
    it("may be one that the version supports", () => {
      assert.deepEqual(given(undefined, release({ blue: on("3.10.0", "16.8") }, 100)), []);
    });
    it("is told of once, by config, where the server says the same", () => {
      const next = copied(on("3.9.1", "11.22"), "11.22");
      const findings = given(release({ blue: on("3.9.1", "11.22") }, 100), next, "11.22");
      assert.deepEqual(
        findings.map(({ rule, key }) => [rule, key]),
        [["database/given-version", "gateway:green.version"]],
      );
    });
    it("is that of the existing gateway's database which it is a copy of", () => {
      const next = copied(existing("3.9.1"), "16.8");
      const findings = given(release({ blue: existing("3.9.1") }, 100), next, "15.10");
      assert.deepEqual(
        findings.map(({ rule, key, remedy }) => [rule, key, /^Set it to 15\.10;/.test(remedy)]),
        [["database/copied-version", "gateway:aws.databases.engineVersion", true]],
      );
    });
    for (const server of ["16.8", "16"]) {
      it(`is the same where config says ${server} and the server 16.8`, () => {
        const next = copied(existing("3.9.1"), server);
        assert.deepEqual(given(release({ blue: existing("3.9.1") }, 100), next, "16.8"), []);
      });
    }
  });
});
