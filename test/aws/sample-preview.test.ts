import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { recordRelease, type ReleaseRecord } from "../../products/record";
import { providerOnPath } from "../../sandbox/aws/provider/install";
import { readConfig } from "../../stacks/config/read";
import { placeOf } from "../../stacks/place";
import { readStackConfig } from "../../tools/check/stack-config";
import { newStack, project, type Stack } from "../../tools/stack";
import { startEmptyEmulator } from "../sandbox/aws-fakes";
import { stepLimit } from "../scenarios/given";

const sample = (name: string) => path.join(project, "stacks", `Pulumi.${name}.yaml`);

/** The lines that the sample of production adds for an upgrade, without its traffic: that waits for its window. */
async function withUpgrade(name: string): Promise<string> {
  const text = await readFile(sample("aws-prod"), "utf8");
  const lines = [...text.matchAll(/^ {2}#\+ (gateway:(?!traffic).*)$/gm)].map(([, line]) => `  ${line}`);
  assert.equal(lines.length, 2);
  return (await readFile(sample(name), "utf8")).replace(/^config:$/m, `config:\n${lines.join("\n")}`);
}

/** What an update with this config would have recorded. */
function recordOf(name: string, file: string, share: number): ReleaseRecord {
  const { settings } = readConfig(readStackConfig(project, name, file).raw, placeOf(name));
  assert.ok(settings);
  const weights = settings.release.newer ? { blue: 100 - share, green: share } : settings.release.weights;
  return recordRelease(undefined, {
    mark: "m",
    at: "2026-01-01T00:00:00Z",
    release: { ...settings.release, weights },
  });
}

/** Gives a stack a recorded release, with nothing behind it. */
async function record(stack: Stack, release: ReleaseRecord, password = ""): Promise<void> {
  const file = path.join(stack.directory, "state.json");
  const [type, name] = ["pulumi:pulumi:Stack", `gateway-${stack.name}`];
  const resource = {
    urn: `urn:pulumi:${stack.name}::gateway::${type}::${name}`,
    ...{ type, custom: false, outputs: { release, secrets: { blue: { password, environment: {} } } } },
  };
  const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
  await writeFile(file, JSON.stringify({ version: 3, deployment: { manifest, resources: [resource] } }));
  const ran = await stack.run(["stack", "import", "--file", file]);
  assert.equal(ran.code, 0, ran.output);
}

describe("the sample of production on AWS", function () {
  this.timeout(stepLimit);
  let aws: Awaited<ReturnType<typeof startEmptyEmulator>>;
  let staging: Stack;
  let production: Stack;

  before(async () => {
    aws = await startEmptyEmulator();
    staging = await newStack("aws-staging");
    production = await newStack("aws-prod", { state: staging.state });
    for (const stack of [staging, production]) {
      Object.assign(stack.environment, aws.emulator.environment, {
        PATH: `${await providerOnPath(aws.directory)}:${process.env.PATH}`,
        PULUMI_CONFIG_PASSPHRASE: "sample",
      });
    }
  });
  after(async () => {
    await aws?.stop();
    for (const stack of [production, staging])
      if (stack) await rm(stack.directory, { recursive: true, force: true });
  });

  it("previews its upgrade as a review, once staging has the version live", async () => {
    const file = path.join(production.directory, "Pulumi.aws-prod.yaml");
    const rehearsed = path.join(staging.directory, "Pulumi.aws-staging.yaml");
    await writeFile(file, await withUpgrade("aws-prod"));
    await writeFile(rehearsed, await withUpgrade("aws-staging"));
    await record(staging, recordOf("aws-staging", rehearsed, 100));
    const { output: password } = await production.run([
      ...["config", "get", "--path", "gateway:database.password", "--config-file", file],
    ]);
    await record(production, recordOf("aws-prod", sample("aws-prod"), 0), password.trim());
    const ran = await production.run(["preview", "--config-file", file, "--diff=false"]);
    assert.equal(ran.code, 0, ran.output);
    assert.match(ran.output, /The plan:\n.*green 3\.10\.0\.3 is made beside blue 3\.9\.1\.2/s);
    for (const piece of [
      "before-green-3.10.0.3-g1",
      "green-3.10.0.3-g1-database",
      "green-test",
      "traffic-rule",
    ]) {
      assert.match(ran.output, new RegExp(`${piece} create`), ran.output);
    }
  });

  it("refuses it while staging has not, before anything is asked of AWS", async () => {
    const file = path.join(production.directory, "Pulumi.aws-prod.yaml");
    await record(staging, recordOf("aws-staging", sample("aws-staging"), 0));
    const ran = await production.run(["preview", "--config-file", file, "--diff=false"]);
    assert.notEqual(ran.code, 0, ran.output);
    assert.match(ran.output, /gateway:promotedFrom/);
    assert.doesNotMatch(ran.output, /aws:rds/);
  });
});
