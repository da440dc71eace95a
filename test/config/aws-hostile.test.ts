import assert from "node:assert/strict";
import { formatFinding } from "../../products/finding";
import { hasHiddenCharacters } from "../../stacks/config/plain-text";
import { check } from "../../tools/check/check";
import { formatOutcome } from "../../tools/check/print";
import { awsOf, existingOnAws, onAws, onListener, readOnAws } from "./aws-given";
import { asRaw, type Given } from "./given";
import { inPlace, places } from "./places";

/** Configs that name, between them, every key of AWS. */
const wholes: Record<string, Given> = {
  "a stack of its own": onAws(
    awsOf({
      ...{ name: "gw", tags: { a: "b" }, metricPeriod: 60, endpoint: "http://127.0.0.1:5000" },
      balancer: {
        ...{
          type: "application",
          internal: false,
          port: 8080,
          testPort: 9000,
          slowStart: 30,
          deregistrationDelay: 5,
        },
        rule: { priority: 9, hosts: ["a.example"], paths: ["/a"] },
      },
      nodes: {
        compute: "fargate",
        image: "a:{version}",
        cpu: 1024,
        memory: 2048,
        stopTimeout: 60,
        upstreams: ["10.0.0.0/8"],
      },
      databases: {
        ...{
          engineVersion: "16.8",
          class: "db.m6g.large",
          storage: 30,
          multiZone: true,
          parameterGroup: "a",
        },
        ...{ name: "kong", user: "kong", image: "postgres:16" },
        kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/a",
      },
    }),
    {
      green: {
        version: "3.10.0",
        aws: {
          nodes: { cpu: 2048, memory: 4096 },
          databases: { class: "db.m6g.xlarge", storage: 40, multiZone: true },
        },
      },
      ...{ drainLimit: 700, timeouts: { stop: 90 }, restoreFrom: "a-snapshot" },
    },
  ),
  "an existing gateway": onAws(awsOf(onListener), {
    blue: { version: "3.9.1", nodes: 2, existing: existingOnAws },
  }),
};

const deep = JSON.parse(`${"[".repeat(500)}1${"]".repeat(500)}`) as unknown;
const hostile: unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e308, 99_999_999, [], {}, [[]], deep],
  ...[
    "",
    "x".repeat(10_000),
    "\u0000",
    "a\nb",
    "\u001b[31m",
    "__proto__",
    "constructor",
    "$(id)",
    "../../etc/passwd",
    "16.8",
    "0.0.0.0/0",
    "10.0.0.1/99",
    "arn:aws:rds:::",
    "db.",
    "db.a.b",
    "db.m6g.99999999999xlarge",
  ],
];

describe("a hostile config on AWS is refused or read, never a crash", () => {
  for (const [what, whole] of Object.entries(wholes)) {
    it(`${what} itself is fine`, () => assert.deepEqual(readOnAws(whole).findings, []));
    for (const top of ["aws", "blue", "green", "database", "drainLimit", "timeouts", "restoreFrom"]) {
      const within = places(whole).filter((at) => at[0] === top);
      if (within.length === 0) continue;
      it(`in each place of ${top} of ${what}`, () => {
        for (const at of within) {
          for (const other of hostile) {
            const raw = asRaw(inPlace(whole, at, other) as Given);
            const outcome = check("dev", { raw, encrypted: [] }, { last: {}, promoted: {} });
            for (const finding of outcome.findings) {
              const { key, wrong, remedy } = finding;
              const shown = `${at.join(".")} = ${JSON.stringify(other)?.slice(0, 80)}: ${key} ${wrong}`;
              assert.ok(key.startsWith("gateway:") && remedy !== "", shown);
              assert.ok(!hasHiddenCharacters(key + wrong + remedy), shown);
              assert.ok(formatFinding(finding).length < 3_000, shown);
              assert.doesNotMatch(wrong, /undefined|NaN|\[object/, shown);
            }
            assert.doesNotMatch(formatOutcome(outcome), /\n\s*at \S.*:\d+:\d+/);
          }
        }
      });
    }
  }
});
