import assert from "node:assert/strict";
import type { Change } from "../../products/change";
import { kong } from "../../products/kong";
import type { BreakingChange, Product } from "../../products/product";
import type { Release } from "../../products/release";
import { changeOf, found } from "./changes";
import { existing, release, slot } from "./releases";

const breaking = (since: string, name: string, other: Partial<BreakingChange> = {}): BreakingChange => ({
  id: `kong/${since}/${name}`,
  since,
  wrong: `${name} breaks.`,
  remedy: `Mend ${name}.`,
  source: `https://vendor.example/${name}`,
  ...other,
});

const product: Product = {
  ...kong,
  breakingChanges: [
    breaking("3.9.0", "early"),
    breaking("3.10.0", "exact"),
    breaking("3.10.0.11", "fourth"),
    breaking("3.14.0", "late"),
    breaking("3.10.0", "elsewhere", { concerns: ({ platform }) => platform !== "local" }),
  ],
  controlPlane: kong.settings,
  rules: [],
};

type Given = Omit<Parameters<typeof changeOf>[0], "asked"> & { acknowledge?: string[] };

function review({ acknowledge = [], ...given }: Given) {
  const asked: Change["asked"] = { acknowledge, customPlugins: [], production: false };
  return found(changeOf({ product, ...given, asked }));
}

const askedFor = (given: Given) =>
  review(given)
    .filter(({ rule, severity }) => rule === "breaking-change/not-acknowledged" && severity === "error")
    .map(({ acknowledge }) => acknowledge);

const alone = release({ blue: slot("3.9.1") }, 100);
const pair = (blueWeight: number, green = "3.10.0") =>
  release({ blue: slot("3.9.1"), green: slot(green) }, blueWeight);
const withControlPlane = (base: Release, version: string): Release => ({
  ...base,
  controlPlane: { version, settings: {} },
});

describe("breaking changes", () => {
  describe("are asked about", () => {
    const table: [what: string, given: Given, ids: string[]][] = [
      ["from the version that has it on", { previous: alone, next: pair(100) }, ["kong/3.10.0/exact"]],
      [
        "each that the step crosses",
        { previous: alone, next: pair(100, "3.14.1") },
        ["kong/3.10.0/exact", "kong/3.10.0.11/fourth", "kong/3.14.0/late"],
      ],
      [
        "by the fourth part of a version",
        {
          previous: release({ blue: slot("3.10.0.2") }, 100),
          next: release({ blue: slot("3.10.0.2"), green: slot("3.10.0.11") }, 100),
        },
        ["kong/3.10.0.11/fourth"],
      ],
      ["on a new stack beside an existing gateway", { next: besideExisting(0) }, ["kong/3.10.0/exact"]],
      [
        "when the idle newer slot gets another version",
        { previous: pair(100, "3.9.2"), next: pair(100) },
        ["kong/3.10.0/exact"],
      ],
      ["when it gets traffic", { previous: pair(100), next: pair(90) }, ["kong/3.10.0/exact"]],
      ["when it gets more", { previous: pair(50), next: pair(0) }, ["kong/3.10.0/exact"]],
      [
        "of a control plane",
        { previous: withControlPlane(alone, "3.9.1"), next: withControlPlane(alone, "3.10.0") },
        ["kong/3.10.0/exact"],
      ],
      [
        "once where control plane and data planes cross it together",
        { previous: withControlPlane(alone, "3.9.1"), next: withControlPlane(pair(100), "3.10.0") },
        ["kong/3.10.0/exact"],
      ],
      [
        "of an upgrade in place",
        { previous: alone, next: release({ blue: slot("3.10.0") }, 100), strategy: "in-place" },
        ["kong/3.10.0/exact"],
      ],
      [
        "where they concern the change",
        { previous: alone, next: pair(100), platform: "hosts" },
        ["kong/3.10.0/exact", "kong/3.10.0/elsewhere"],
      ],
    ];
    for (const [what, given, ids] of table) {
      it(what, () => assert.deepEqual(askedFor(given), ids));
    }
  });

  describe("are not asked about", () => {
    const table: [what: string, given: Given][] = [
      ["on a new stack", { next: alone }],
      ["when nothing changes", { previous: pair(50), next: pair(50) }],
      ["in a rollback by traffic", { previous: pair(0), next: pair(100) }],
      ["in a rollback by revert", { previous: pair(0), next: alone }],
      ["when the older slot is retired", { previous: pair(0), next: release({ green: slot("3.10.0") }, 0) }],
      ["at one version", { previous: alone, next: release(both("3.9.1", "3.9.1"), 100, "blue") }],
      [
        "when nodes are added",
        { previous: alone, next: release({ blue: slot("3.9.1", { nodes: 2 }) }, 100) },
      ],
      ["once they are accepted", { previous: alone, next: pair(100), acknowledge: ["kong/3.10.0/exact"] }],
    ];
    for (const [what, given] of table) it(what, () => assert.deepEqual(askedFor(given), []));
  });

  it("tell what breaks and what to do, with the vendor's page and the id that accepts it", () => {
    const [finding] = review({ previous: alone, next: pair(100) });
    assert.deepEqual(finding, {
      severity: "error",
      rule: "breaking-change/not-acknowledged",
      key: "gateway:green.version",
      wrong: "exact breaks.",
      remedy: "Mend exact.",
      source: "https://vendor.example/exact",
      acknowledge: "kong/3.10.0/exact",
    });
  });

  it("are still told once they are accepted", () => {
    const [finding] = review({ previous: alone, next: pair(100), acknowledge: ["kong/3.10.0/exact"] });
    assert.equal(finding?.severity, "warning");
    assert.equal(finding.wrong, "exact breaks.");
  });
});

describe("what is acknowledged", () => {
  const unknown = (...acknowledge: string[]) =>
    review({ previous: alone, next: alone, acknowledge }).filter(
      ({ rule }) => rule === "acknowledge/unknown-id",
    );

  const known = ["kong/3.10.0/exact", "kong/3.14.0/late", "path/unknown-version/3.16", "freeze/late-changes"];
  for (const id of known) it(`may be ${id}`, () => assert.deepEqual(unknown(id), []));

  const table: [id: string, remedy: RegExp][] = [
    ["kong/3.10.0/exacd", /^Did you mean "kong\/3\.10\.0\/exact"\?/],
    ["path/unknwon-version/3.16", /^Did you mean "path\/unknown-version\/\.\.\."\?/],
    ["path/unknown-version/", /^Did you mean "path\/unknown-version\/\.\.\."\?/],
    ["freeze/late-change", /^Did you mean "freeze\/late-changes"\?/],
    ["transition/serving-slot-leaves", /^Take it out; a finding that can be accepted names its id\.$/],
    ["everything", /^Take it out/],
  ];
  for (const [id, remedy] of table) {
    it(`is no ${id}`, () => {
      const [finding, ...others] = unknown("kong/3.14.0/late", id);
      assert.deepEqual(others, []);
      assert.equal(finding?.severity, "error");
      assert.equal(finding.key, "gateway:acknowledge");
      assert.ok(finding.wrong.startsWith(`"${id}" is neither`));
      assert.match(finding.remedy, remedy);
    });
  }

  it("is no breaking change of another product", () => {
    const other = { ...product, name: "other", title: "Other", breakingChanges: [] };
    const findings = review({ product: other, next: alone, acknowledge: ["kong/3.10.0/exact"] });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["acknowledge/unknown-id"],
    );
  });
});

function both(blue: string, green: string) {
  return { blue: slot(blue), green: slot(green) };
}

function besideExisting(blueWeight: number): Release {
  return release({ blue: existing("3.9.1"), green: slot("3.10.0", { nodes: 2 }) }, blueWeight);
}
