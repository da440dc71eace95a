import assert from "node:assert/strict";
import { kong } from "../../products/kong";
import { changeOf, found } from "./changes";
import {
  accepting,
  check,
  type Demand,
  hybrid,
  inPlace,
  runtime,
  said,
  sharing,
  upgrade,
} from "./kong-guide";
import { release, slot } from "./releases";

/** Kong's guide, demand by demand: developer.konghq.com/gateway/upgrade, and the older page of the enterprise edition. */
const guide: Record<string, Demand[]> = {
  "1. the version that is upgraded to": [
    { it: "the next minor", change: upgrade("3.9.1", "3.10.0"), rule: "path/not-guaranteed" },
    {
      it: "two minors on",
      change: upgrade("3.8.1", "3.10.0"),
      rule: "path/not-guaranteed",
      finds: ["error", "gateway:green.version", /3\.8\.1 → 3\.9\.x → 3\.10\.0/],
    },
    {
      it: "a line whose long-term support has ended",
      change: upgrade("2.8.4", "3.4.3", { now: new Date("2026-09-01T00:00:00Z") }),
      rule: "kong/lts-ended",
      finds: ["warning", "gateway:green.version", /3\.4 ended on 2026-08-31/],
    },
    {
      it: "the same line on its last day",
      change: upgrade("2.8.4", "3.4.3", { now: new Date("2026-08-31T23:59:59Z") }),
      rule: "kong/lts-ended",
    },
    {
      it: "nothing is upgraded on a line whose support has ended",
      change: changeOf({
        previous: release({ blue: slot("3.4.3") }, 100),
        next: release({ blue: slot("3.4.3") }, 100),
        now: new Date("2027-01-01T00:00:00Z"),
      }),
      rule: "kong/lts-ended",
    },
  ],
  "2. and 10. a backup of the database, and what it does not cover": [
    {
      it: "the keyring and kong.conf",
      change: upgrade("3.9.1", "3.10.0"),
      rule: "kong/backup-not-covered",
      finds: ["warning", "gateway:green", /keyring.* kong\.conf/],
    },
    {
      it: "the same in place",
      change: inPlace("3.9.1", "3.10.0", 1),
      rule: "kong/backup-not-covered",
      finds: ["warning", "gateway:blue", /keyring.* kong\.conf/],
    },
    {
      it: "traffic is shifted: the snapshot was taken before",
      change: changeOf({
        previous: release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 100),
        next: release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 0),
      }),
      rule: "kong/backup-not-covered",
    },
  ],
  "what is sent to the database all the time is not in the copy": [
    {
      it: "counters, Vitals and the plugins behind them",
      change: upgrade(
        "3.9.1",
        "3.10.0",
        runtime(
          { ratelimiting_metrics: 40, vitals_stats_seconds: 7 },
          { "rate-limiting (policy cluster)": 2 },
        ),
      ),
      rule: "kong/lost-at-the-switch",
      finds: [
        "warning",
        "gateway:green",
        /restart.*ratelimiting_metrics \(40\), vitals_stats_seconds \(7\); plugins concerned: rate-limiting \(policy cluster\) \(2\)/,
      ],
    },
    {
      it: "tokens that are issued after the copy",
      change: upgrade("3.9.1", "3.10.0", runtime({ oauth2_tokens: 12, sessions: 3, cluster_events: 9 })),
      rule: "kong/lost-at-the-switch",
      finds: [
        "warning",
        "gateway:green",
        /gets 401: oauth2_tokens \(12\), sessions \(3\)\.(?!.*cluster_events)/,
      ],
    },
    {
      it: "a table of a plugin of one's own, of which config says what it holds",
      change: upgrade("3.9.1", "3.10.0", {
        ...runtime({ tickets: 5 }),
        asked: {
          ...accepting().asked,
          customPlugins: [{ name: "tickets", version: "1.0.0", tables: { tickets: "run-time" } }],
        },
      }),
      rule: "kong/lost-at-the-switch",
      finds: ["warning", "gateway:green", /401: tickets \(5\)/],
    },
    {
      it: "more traffic to green",
      change: changeOf({
        previous: release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 90),
        next: release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 50),
        ...runtime({ oauth2_tokens: 1 }),
      }),
      rule: "kong/lost-at-the-switch",
      finds: ["warning", "gateway:green", /oauth2_tokens \(1\)/],
    },
    {
      it: "traffic back to blue",
      change: changeOf({
        previous: release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 50),
        next: release({ blue: slot("3.9.1"), green: slot("3.10.0") }, 100),
        ...runtime({ oauth2_tokens: 1 }),
      }),
      rule: "kong/lost-at-the-switch",
    },
    {
      it: "traffic and the control plane back",
      change: changeOf({
        previous: {
          ...release({ blue: hybrid("3.9.1"), green: hybrid("3.10.0") }, 50),
          controlPlane: { version: "3.10.0", settings: {} },
        },
        next: {
          ...release({ blue: hybrid("3.9.1"), green: hybrid("3.10.0") }, 100),
          controlPlane: { version: "3.9.1", settings: {} },
        },
        ...runtime({ oauth2_tokens: 1 }),
      }),
      rule: "kong/lost-at-the-switch",
    },
    {
      it: "nothing is there to be lost",
      change: upgrade("3.9.1", "3.10.0", runtime({ oauth2_tokens: 0, locks: 2 }, { oauth2: 0 })),
      rule: "kong/lost-at-the-switch",
    },
    {
      it: "one database for both",
      change: { ...sharing("3.9.0", "3.9.1"), ...runtime({ oauth2_tokens: 12 }) },
      rule: "kong/lost-at-the-switch",
    },
  ],
};

describe("Kong's upgrade guide", () => {
  check(guide);

  it("7. and 13. up, then finish, then the start; on the copy as in place", () => {
    assert.deepEqual(
      kong.tasks.map(({ name }) => name),
      ["migrations-up", "migrations-finish"],
    );
    const steps = kong.procedure ?? [];
    assert.deepEqual(
      steps.map(({ name }) => name),
      ["freeze", "backup", "stop", "up", "finish", "start"],
    );
    // Each step waits for the one before it, and only finish cannot be undone.
    steps.forEach(({ after }, index) => assert.deepEqual(after, index ? [steps[index - 1]?.name] : []));
    assert.deepEqual(
      steps.filter(({ irreversible }) => irreversible).map(({ name }) => name),
      ["finish"],
    );
  });

  it("9. a maintenance window is for an upgrade in place: its traffic stops, and with two slots none does", () => {
    const [interruption, ...others] = kong.interruptions(inPlace("3.9.1", "3.10.0", 1));
    assert.deepEqual(others, []);
    assert.equal(interruption?.what, "all traffic");
    assert.match(interruption?.howLong ?? "", /stop of the old nodes to the start of the new/);
    assert.deepEqual(kong.interruptions(inPlace("3.9.1", "3.9.1", 1)), []);
    assert.deepEqual(kong.interruptions(upgrade("3.9.1", "3.10.0")), []);
    assert.deepEqual(kong.interruptions(sharing("3.9.0", "3.9.1")), []);
  });

  it("rollback: none of these rules stands in the way of traffic going back", () => {
    const both = { blue: slot("3.1.0.0"), green: slot("3.2.2") };
    for (const strategy of kong.strategies.map(({ name }) => name)) {
      const back = changeOf({
        strategy,
        previous: release(both, 0),
        next: release(both, 100),
        ...runtime({ oauth2_tokens: 12 }),
      });
      assert.deepEqual(
        found(back).filter(({ rule }) => rule.startsWith("kong/")),
        [],
      );
    }
  });

  it("another infrastructure: what is left at its default is named by keys that config takes", () => {
    assert.ok(kong.tunables?.includes("properties.nginx_worker_processes"));
    for (const key of kong.tunables ?? []) {
      const name = key.replace(/^properties\./, "");
      const parsed = kong.settings.safeParse({ properties: { [name]: "1" } });
      assert.ok(parsed.success, `${name}: ${parsed.error?.message}`);
    }
  });

  it("where the database is stays the platform's to say, how it is talked to does not", () => {
    const takes = (name: string) => kong.settings.safeParse({ properties: { [name]: "on" } }).success;
    for (const name of [
      "pg_host",
      "pg_port",
      "pg_database",
      "pg_user",
      "pg_password",
      "pg_schema",
      "pg_ro_host",
    ])
      assert.ok(!takes(name), name);
    for (const name of [
      "pg_ssl",
      "pg_ssl_verify",
      "pg_ssl_version",
      "pg_timeout",
      "pg_max_concurrent_queries",
    ])
      assert.ok(takes(name), name);
  });

  it("what is lost is listed as not checked where the gateway cannot be asked", () => {
    const change = upgrade("3.9.1", "3.10.0", runtime({ oauth2_tokens: 12 }));
    assert.deepEqual(said(change, "kong/lost-at-the-switch", ["last release"]), []);
  });
});
