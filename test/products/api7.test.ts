import assert from "node:assert/strict";
import { api7 } from "../../products/api7";
import type { Asked, Change } from "../../products/change";
import type { Release, Slot } from "../../products/release";
import { compareVersions } from "../../products/version";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

/** Data planes at this version, as a config that a review passes has them. */
function planes(version: string, settings: Record<string, unknown> = {}): Slot {
  return slot(version, { settings: api7.settings.parse({ statusEndpoint: true, ...settings }) });
}

const database = { dashboard: "db:5432/api7ee", dpManager: "db:5432/api7ee" };

/** The release with a control plane at this version, set as a config that a review passes has it. */
function under(version: string, of: Release, settings: Record<string, unknown> = {}): Release {
  const given = { gatewayGroups: ["default"], adc: "0.28.0", database, ...settings };
  return { ...of, controlPlane: { version, settings: api7.controlPlane?.parse(given) ?? {} } };
}

/** blue's data planes alone. */
const alone = (version: string, settings?: Record<string, unknown>) =>
  release({ blue: planes(version, settings) }, 100);
/** blue's data planes with this weight, and green's beside them. */
const beside = (blue: Slot, green: Slot, blueWeight = 100) => release({ blue, green }, blueWeight);

type Step = Pick<Change, "next"> & { previous?: Release };

/** What API7's own rules and those of version paths say: rule, key, what is wrong, what to do. */
function said({ previous, next }: Step, asked: Partial<Asked> = {}) {
  const change = changeOf({
    product: api7,
    next,
    ...(previous ? { previous } : {}),
    asked: { acknowledge: [], customPlugins: [], production: false, ...asked },
  });
  return found(change).filter(({ rule }) => /^(api7|path)\//.test(rule));
}

/** A table of changes that are fine. */
function passes(table: [change: string, step: Step][]): void {
  for (const [change, step] of table) it(change, () => assert.deepEqual(said(step), []));
}

type Refusal = [change: string, step: Step, rule: string, key: string, wrong: RegExp, remedy: RegExp];

/** A table of changes that are refused, each for one reason. */
function refuses(table: Refusal[]): void {
  for (const [change, step, rule, key, wrong, remedy] of table) {
    it(change, () => {
      const [finding, ...others] = said(step);
      assert.deepEqual(others, []);
      assert.equal(finding?.rule, rule);
      assert.equal(finding.severity, "error");
      assert.equal(finding.key, `gateway:${key}`);
      assert.match(finding.wrong, wrong);
      assert.match(finding.remedy, remedy);
    });
  }
}

/** The control plane of blue's data planes goes from one version to another. */
const controlPlaneGoes = (from: string, to: string, settings?: Record<string, unknown>): Step => ({
  previous: under(from, alone(from)),
  next: under(to, alone(from), settings),
});

/** Green's data planes are added at this version, which the control plane has already. */
const greenJoins = (from: string, to: string, green: Record<string, unknown> = {}, control = {}): Step => ({
  previous: under(to, alone(from), control),
  next: under(to, beside(planes(from), planes(to, green)), control),
});

describe("API7 Enterprise's upgrade guide", () => {
  describe("Guaranteed Upgrade Path", () => {
    describe("guaranteed, for the control plane and for the data planes", () => {
      const steps: [from: string, to: string, as: string][] = [
        ["3.3.0", "3.3.1", "patch to patch, as the guide has it"],
        ["3.3.9", "3.4.0", "adjacent minors, as the guide has it"],
        ["3.8.3", "3.9.3", "adjacent minors, to any patch"],
        ["3.2.16.2", "3.2.16.7", "patch to patch in the fourth part"],
        ["3.2.16.2", "3.3.0", "adjacent minors, before the broken Dashboard"],
        ["3.2.16.2", "3.3.2", "adjacent minors, after the broken Dashboard"],
        ["3.2.16.3", "3.3.1", "adjacent minors, from a release that the broken Dashboard takes"],
        ["3.10.0", "3.10.5", "patch to patch of a line that is not known here"],
      ];
      for (const [from, to, as] of steps) {
        it(`${from} → ${to}: ${as}`, () => {
          assert.deepEqual(api7.path(from, to), { guaranteed: true });
          assert.deepEqual(said(controlPlaneGoes(from, to)), []);
          assert.deepEqual(said(greenJoins(from, to)), []);
        });
      }
    });

    describe("refused, with the shortest guaranteed way", () => {
      const steps: [from: string, to: string, remedy: string][] = [
        ["3.7.8", "3.9.0", "Upgrade step by step: 3.7.8 → 3.8.x → 3.9.0."],
        ["3.5.2", "3.8.1", "Upgrade step by step: 3.5.2 → 3.6.x → 3.7.x → 3.8.1."],
        ["3.2.16.5", "3.4.0", "Upgrade step by step: 3.2.16.5 → 3.3.x → 3.4.0."],
        ["3.2.16.2", "3.4.0", "Upgrade step by step: 3.2.16.2 → 3.3.2 → 3.4.0."],
        ["3.0.0", "3.4.1", "Upgrade step by step: 3.0.0 → 3.1.x → 3.2.x → 3.3.2 → 3.4.1."],
        ["3.1.0", "3.3.1", "Upgrade step by step: 3.1.0 → 3.2.16.3 → 3.3.1."],
      ];
      for (const [from, to, remedy] of steps) {
        it(`${from} → ${to}`, () => {
          const [finding, ...others] = said(controlPlaneGoes(from, to));
          assert.deepEqual(others, []);
          assert.deepEqual(finding, {
            severity: "error",
            rule: "path/not-guaranteed",
            key: "gateway:controlPlane.version",
            wrong: `API7 Enterprise does not guarantee the step from ${from} to ${to}.`,
            remedy,
            source: "https://docs.api7.ai/enterprise/upgrade-guides/upgrade",
          });
        });
        it(`each step of the way from ${from} to ${to} is guaranteed`, () => {
          const verdict = api7.path(from, to);
          assert.ok(!verdict.guaranteed);
          const stops = verdict.via.map((stop) => (stop.split(".").length < 3 ? `${stop}.0` : stop));
          [...stops, to].forEach((stop, index) => {
            const before = [from, ...stops][index] as string;
            assert.ok(compareVersions(before, stop) < 0);
            assert.deepEqual(api7.path(before, stop), { guaranteed: true }, `${before} → ${stop}`);
          });
        });
      }
    });

    const at = "controlPlane.version";
    refuses([
      [
        "3.2.16.2 → 3.3.1: its Dashboard does not start",
        controlPlaneGoes("3.2.16.2", "3.3.1"),
        "path/not-guaranteed",
        at,
        /Dashboard of API7 Enterprise 3\.3\.1 does not start/,
        /a later patch of its line or 3\.3\.2\.$/,
      ],
      [
        "3.9.3 → 3.10.0: newer than what is known here",
        controlPlaneGoes("3.9.3", "3.10.0"),
        "path/unknown-version",
        at,
        /3\.10\.0 is not among the releases known here: it is newer/,
        /a later patch of its line\. Or .* accept it/,
      ],
      [
        "3.9.3 → 4.0.0: another major",
        controlPlaneGoes("3.9.3", "4.0.0"),
        "path/unknown-version",
        at,
        /4\.0\.0 is not among/,
        /accept it/,
      ],
      [
        "2.13.2304 → 3.0.0: another major",
        controlPlaneGoes("2.13.2304", "3.0.0"),
        "path/not-guaranteed",
        at,
        /2\.13\.2304 is not among/,
        /a later patch of its line\.$/,
      ],
      [
        "3.9.0 → 3.8.22: the control plane goes back",
        controlPlaneGoes("3.9.0", "3.8.22"),
        "path/downgrade",
        at,
        /a database does not migrate backwards/,
        /gateway:restoreFrom/,
      ],
      [
        "3.7.8 → 3.9.0: data planes, as much as the control plane",
        greenJoins("3.7.8", "3.9.0"),
        "path/not-guaranteed",
        "green.version",
        /from 3\.7\.8 to 3\.9\.0/,
        /3\.7\.8 → 3\.8\.x → 3\.9\.0/,
      ],
    ]);

    it("a newer line is accepted by its name", () => {
      const [finding, ...others] = said(controlPlaneGoes("3.9.3", "3.10.0"), {
        acknowledge: ["path/unknown-version/3.10"],
      });
      assert.deepEqual(others, []);
      assert.equal(finding?.severity, "warning");
    });
  });

  describe("Data Backup Strategy: a dump of each gateway group by ADC beside that of the database", () => {
    const payment = { gatewayGroup: "Payment Prod" };
    const paymentJoins = (gatewayGroups: string[]): Step => ({
      previous: under("3.9.0", alone("3.8.1", payment), { gatewayGroups }),
      next: under("3.9.0", beside(planes("3.8.1", payment), planes("3.9.0", payment)), { gatewayGroups }),
    });
    passes([
      ["the slots' own group is among those that are named", paymentJoins(["default", "Payment Prod"])],
      ["ADC 0.18.0, the oldest for 3.6", controlPlaneGoes("3.5.5", "3.6.0", { adc: "0.18.0" })],
      ["an older ADC below 3.6", controlPlaneGoes("3.4.1", "3.5.5", { adc: "0.17.0" })],
      ["ADC is not told below 3.6", controlPlaneGoes("3.4.1", "3.5.5", { adc: undefined })],
      [
        "a stack that upgrades nothing names no group",
        { next: under("3.9.0", alone("3.9.0"), { gatewayGroups: [], adc: undefined }) },
      ],
    ]);
    refuses([
      [
        "no group is named",
        controlPlaneGoes("3.8.1", "3.9.0", { gatewayGroups: [] }),
        "api7/adc-dump",
        "controlPlane.settings.gatewayGroups",
        /No gateway group/,
        /^Name every/,
      ],
      [
        "the slots' own group is left out",
        paymentJoins(["default"]),
        "api7/adc-dump",
        "controlPlane.settings.gatewayGroups",
        /gateway group "Payment Prod", which is not named/,
        /^Add "Payment Prod" to gateway:controlPlane/,
      ],
      [
        "ADC before 0.18.0 for 3.6",
        controlPlaneGoes("3.5.5", "3.6.0", { adc: "0.17.1" }),
        "api7/adc-version",
        "controlPlane.settings.adc",
        /^ADC 0\.17\.1 does not work/,
        /0\.18\.0 or later/,
      ],
      [
        "ADC is not told",
        controlPlaneGoes("3.8.1", "3.9.0", { adc: undefined }),
        "api7/adc-version",
        "controlPlane.settings.adc",
        /does not tell the version/,
        /name its version/,
      ],
    ]);
  });

  describe("CP In-Place Upgrade: before the data planes, on the same database", () => {
    const moved = { database: { dashboard: "new:5432/api7ee", dpManager: "new:5432/api7ee" } };
    const split = { database: { dashboard: "db:5432/api7ee", dpManager: "new:5432/api7ee" } };
    passes([
      ["the control plane alone", controlPlaneGoes("3.8.1", "3.9.0")],
      [
        "its database alone",
        { previous: under("3.8.1", alone("3.8.1")), next: under("3.8.1", alone("3.8.1"), moved) },
      ],
      [
        "replicas one by one at the same version",
        {
          previous: under("3.8.1", alone("3.8.1")),
          next: under("3.8.1", alone("3.8.1"), { replacement: "rolling" }),
        },
      ],
      ["a new stack that upgrades nothing, and no control plane is told", { next: alone("3.8.1") }],
      [
        "no data plane changes, and no control plane is told",
        { previous: alone("3.8.1"), next: alone("3.8.1") },
      ],
      [
        "the control plane is told for the first time",
        { previous: alone("3.8.1"), next: under("3.9.0", alone("3.8.1")) },
      ],
    ]);
    refuses([
      [
        "data planes without a control plane to compare with",
        { previous: alone("3.8.1"), next: beside(planes("3.8.1"), planes("3.9.0")) },
        "api7/control-plane-missing",
        "controlPlane",
        /does not tell the version/,
        /^Set gateway:controlPlane/,
      ],
      [
        "the same in a new stack",
        { next: beside(planes("3.8.1"), planes("3.9.0")) },
        "api7/control-plane-missing",
        "controlPlane",
        /does not tell the version/,
        /^Set gateway:controlPlane/,
      ],
      [
        "a control plane that is told in the change that adds data planes",
        { previous: alone("3.8.1"), next: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0"))) },
        "api7/control-plane-missing",
        "controlPlane",
        /own step to 3\.9\.0 is not known/,
        /gateway:green\.version after/,
      ],
      [
        "Dashboard and DP Manager on two databases",
        { next: under("3.9.0", alone("3.9.0"), split) },
        "api7/same-dsn",
        "controlPlane.settings.database",
        /db:5432\/api7ee.*new:5432/,
        /^Point both/,
      ],
      [
        "another database together with the version",
        controlPlaneGoes("3.8.1", "3.9.0", moved),
        "api7/database-moved",
        "controlPlane.settings.database",
        /in one change/,
        /^Move the database first/,
      ],
      [
        "replicas one by one, old and new on one database",
        controlPlaneGoes("3.8.1", "3.9.0", { replacement: "rolling" }),
        "api7/no-mixed-control-planes",
        "controlPlane.settings.replacement",
        /3\.8\.1 and 3\.9\.0/,
        /stop-first/,
      ],
    ]);
    it("a password has no place in its settings, which are in plain state", () => {
      const dsn = "api7ee:changeme@db:5432/api7ee";
      const given = { database: { dashboard: dsn, dpManager: dsn } };
      assert.equal(api7.controlPlane?.safeParse(given).success, false);
      assert.equal(api7.controlPlane.safeParse({ database }).success, true);
    });
    it("nobody can configure meanwhile, and nothing else stops", () => {
      const stops = (step: Step) => api7.interruptions(changeOf({ product: api7, ...step }));
      const [interruption, ...others] = stops(controlPlaneGoes("3.8.1", "3.9.0"));
      assert.deepEqual(others, []);
      assert.match(interruption?.what ?? "", /configuration/);
      assert.match(interruption?.howLong ?? "", /data planes go on serving/);
      assert.deepEqual(stops(greenJoins("3.8.1", "3.9.0")), []);
    });
  });

  describe("DP Rolling Upgrade: group by group, told ready, drained", () => {
    const old = (settings: Record<string, unknown>) => planes("3.8.1", settings);
    passes([
      ["green's data planes are added", greenJoins("3.8.1", "3.9.0")],
      [
        "they get all the traffic",
        {
          previous: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0"))),
          next: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0"), 0)),
        },
      ],
      ["no sleep before the stop", greenJoins("3.8.1", "3.9.0", { preStopSleepSeconds: 0 })],
      [
        "what cannot be changed any more is not asked: the older slot's endpoint, off since before",
        {
          previous: under("3.9.0", release({ blue: old({ statusEndpoint: false }) }, 100)),
          next: under("3.9.0", beside(old({ statusEndpoint: false }), planes("3.9.0"))),
        },
      ],
      [
        "a rollback, whatever else is wrong",
        {
          previous: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0"), 0)),
          next: beside(planes("3.8.1"), planes("3.9.0", { statusEndpoint: false }), 100),
        },
      ],
    ]);
    refuses([
      [
        "the status endpoint is off, as the chart has it",
        greenJoins("3.8.1", "3.9.0", { statusEndpoint: false }),
        "api7/status-endpoint",
        "green.settings.statusEndpoint",
        /is off/,
        /api7ee\.status_endpoint\.enabled/,
      ],
      [
        "it is switched off before the traffic comes",
        {
          previous: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0"))),
          next: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0", { statusEndpoint: false }), 100)),
        },
        "api7/status-endpoint",
        "green.settings.statusEndpoint",
        /is off/,
        /to true/,
      ],
      [
        "it is off since before, and the traffic comes",
        {
          previous: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0", { statusEndpoint: false }))),
          next: under("3.9.0", beside(planes("3.8.1"), planes("3.9.0", { statusEndpoint: false }), 50)),
        },
        "api7/status-endpoint",
        "green.settings.statusEndpoint",
        /is off/,
        /to true/,
      ],
      [
        "another gateway group, which serves other routes",
        greenJoins("3.8.1", "3.9.0", { gatewayGroup: "quote" }, { gatewayGroups: ["default", "quote"] }),
        "api7/same-gateway-group",
        "green.settings.gatewayGroup",
        /different configurations/,
        /to "default"/,
      ],
      [
        "killed before its sleep is over",
        greenJoins("3.8.1", "3.9.0", { terminationGracePeriodSeconds: 30 }),
        "api7/drain-grace",
        "green.settings.terminationGracePeriodSeconds",
        /killed after 30 s/,
        /above 30/,
      ],
    ]);
  });

  describe("Check Breaking Changes and Changelog", () => {
    /** The breaking changes that lie between two versions of the control plane, and concern the step. */
    function between(from: string, to: string, customPlugins: Asked["customPlugins"] = []): string[] {
      const change = changeOf({
        product: api7,
        ...controlPlaneGoes(from, to),
        asked: { acknowledge: [], production: false, customPlugins },
      });
      return api7.breakingChanges
        .filter(({ since }) => compareVersions(from, since) < 0 && compareVersions(since, to) <= 0)
        .filter(({ concerns }) => concerns?.(change) ?? true)
        .map(({ id }) => id);
    }
    const of39 = ["api7/3.9.0/limit-policy", "api7/3.9.0/workflow-rules", "api7/3.9.0/portal-sso"];
    const steps: [from: string, to: string, ids: string[]][] = [
      ["3.2.16.2", "3.3.2", ["api7/3.2.16.3/plugin-list"]],
      ["3.3.3", "3.4.1", []],
      ["3.4.1", "3.5.0", ["api7/3.5.0/canary-rules"]],
      ["3.5.5", "3.6.0", ["api7/3.6.0/template-runtime"]],
      ["3.7.3", "3.8.1", ["api7/3.7.4/request-id-snowflake"]],
      ["3.8.0", "3.8.1", ["api7/3.8.1/request-id-snowflake"]],
      ["3.7.8", "3.8.9", ["api7/3.8.9/audit-log-ttl"]],
      ["3.8.9", "3.8.17", ["api7/3.8.10/ext-plugins"]],
      ["3.8.17", "3.8.18", ["api7/3.8.18/portal-auth"]],
      ["3.8.18", "3.8.22", ["api7/3.8.19/ai-rate-limiting-policy", "api7/3.8.19/expired-tokens"]],
      ["3.8.22", "3.9.2", of39],
      ["3.8.22", "3.9.3", [...of39, "api7/3.9.3/saml-auth-secret"]],
      ["3.9.3", "3.9.3", []],
    ];
    for (const [from, to, ids] of steps) {
      it(`${from} → ${to}: ${ids.length > 0 ? ids.join(", ") : "none"}`, () => {
        assert.deepEqual(between(from, to), ids);
      });
    }
    it("3.3.3 → 3.4.1 with a plugin of one's own: its configuration holds for a group", () => {
      const plugin = { name: "own", version: "1.0.0", tables: {} };
      assert.deepEqual(between("3.3.3", "3.4.1", [plugin]), ["api7/3.4.0/custom-plugins"]);
    });
    it("ids are unique, name their release, and come in its order", () => {
      const ids = api7.breakingChanges.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      api7.breakingChanges.forEach(({ id, since }, index) => {
        assert.ok(id.startsWith(`api7/${since}/`), id);
        const before = api7.breakingChanges[index - 1];
        assert.ok(!before || compareVersions(before.since, since) <= 0, id);
      });
    });
  });

  describe("Upgrade Considerations: the order of the steps", () => {
    const steps = api7.procedure ?? [];
    const names = steps.map(({ name }) => name);
    it("freeze, both backups, the control plane, its check, the data planes, and changes again at the end", () => {
      assert.deepEqual(names, [
        ...["freeze", "database-backup", "adc-dump"],
        ...["control-plane-stop", "control-plane", "control-plane-check"],
        ...["data-planes", "drain", "open"],
      ]);
    });
    it("each waits only for steps that come before it", () => {
      steps.forEach(({ name, after }, index) => {
        for (const earlier of after)
          assert.ok(names.slice(0, index).includes(earlier), `${name} after ${earlier}`);
      });
    });
    it("no way back but a backup: once the new control plane has migrated the database", () => {
      const irreversible = steps.filter((step) => step.irreversible);
      assert.deepEqual(
        irreversible.map(({ name }) => name),
        ["control-plane"],
      );
      const waitsFor = (name: string): string[] =>
        (steps.find((step) => step.name === name)?.after ?? []).flatMap((each) => [each, ...waitsFor(each)]);
      for (const backup of ["database-backup", "adc-dump"]) {
        assert.ok(waitsFor("control-plane").includes(backup), backup);
      }
    });
    it("all that is demanded has a public source", () => {
      const { pathSource, rules, breakingChanges } = api7;
      const sources = [...rules, ...breakingChanges, ...steps].map(({ source }) => source);
      for (const source of [pathSource, ...sources]) assert.match(source, /^https:\/\//);
    });
  });
});
