import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig } from "../../stacks/config/read";
import { placeOf } from "../../stacks/place";
import { check } from "../../tools/check/check";
import { readStackConfig } from "../../tools/check/stack-config";
import { recorded } from "../products/changes";

const root = path.resolve(__dirname, "../..");
const fileOf = (stack: string) => path.join(root, "stacks", `Pulumi.${stack}.yaml`);
const configOf = (stack: string, file?: string) => readStackConfig(root, stack, file);

/** A release that an update with this sample recorded. */
function releaseOf(stack: string, file?: string) {
  const { settings, findings } = readConfig(configOf(stack, file).raw, placeOf(stack));
  assert.deepEqual(findings, []);
  assert.ok(settings);
  return recorded(settings.release);
}

describe("the sample stacks on AWS", () => {
  for (const [stack, promotedFrom] of [
    ["aws-dev", undefined],
    ["aws-staging", "aws-dev"],
    ["aws-prod", "aws-staging"],
  ] as const) {
    it(`${stack} has no finding on a new stack`, () => {
      const promoted = promotedFrom && { record: releaseOf(promotedFrom) };
      const outcome = check(stack, configOf(stack), { last: {}, ...(promoted ? { promoted } : {}) });
      assert.deepEqual([outcome.findings, outcome.notChecked], [[], []]);
    });
  }

  describe("with the lines that aws-prod adds for an upgrade", () => {
    let directory: string;
    before(() => (directory = mkdtempSync(path.join(tmpdir(), "samples-"))));
    after(() => rmSync(directory, { recursive: true, force: true }));
    /** A sample with the lines in it that aws-prod holds as comments; the most traffic where `all` is asked for. */
    const upgraded = (stack: string, all: boolean) => {
      const added = [...readFileSync(fileOf("aws-prod"), "utf8").matchAll(/^ {2}#\+ (.*)$/gm)].map(
        ([, line]) => `  ${line}`,
      );
      assert.equal(added.length, 3);
      const lines = added.map((line) => (all ? line.replace("{ green: 10 }", "{ green: 100 }") : line));
      const file = path.join(directory, `Pulumi.${stack}.yaml`);
      writeFileSync(
        file,
        readFileSync(fileOf(stack), "utf8").replace(/^config:$/m, `config:\n${lines.join("\n")}`),
      );
      return file;
    };
    const inTheWindow = new Date("2026-01-06T22:30:00Z");
    const review = (stack: string, last: string, from: { stack: string; file: string }, now = inTheWindow) =>
      check(
        stack,
        configOf(stack, upgraded(stack, false)),
        { last: { record: releaseOf(last) }, promoted: { record: releaseOf(from.stack, from.file) } },
        now,
      ).findings.filter(({ severity }) => severity === "error");

    it("no error is found, inside the window and with staging on the new version", () => {
      const staging = { stack: "aws-staging", file: upgraded("aws-staging", true) };
      assert.deepEqual(review("aws-prod", "aws-prod", staging), []);
    });
    it("outside the window it is refused", () => {
      const staging = { stack: "aws-staging", file: upgraded("aws-staging", true) };
      const findings = review("aws-prod", "aws-prod", staging, new Date("2026-01-05T12:00:00Z"));
      assert.deepEqual([...new Set(findings.map(({ key }) => key))], ["gateway:window"]);
    });
    it("and before staging it is refused", () => {
      const findings = review("aws-prod", "aws-prod", { stack: "aws-staging", file: fileOf("aws-staging") });
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        ["promotion/not-rehearsed"],
      );
    });
  });
});
