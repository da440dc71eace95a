import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(__dirname, "../..");
const run = promisify(execFile);

/** Files of packages that these lines of JavaScript load, in a process of their own. */
async function loadedBy(lines: string): Promise<string[]> {
  const script = `${lines};
    process.on("exit", () => {
      const isPackage = (file) => file.includes("/node_modules/");
      console.log(JSON.stringify(Object.keys(require.cache).filter(isPackage)));
    });`;
  const { stdout } = await run("node", ["--require", "./tools/typescript.cjs", "-e", script], { cwd: root });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as string[];
}

const of = (files: string[], ...packages: string[]) =>
  files.filter((file) => packages.some((name) => file.includes(`/node_modules/${name}/`)));

/** A command of ours on AWS, as its entry point runs it. */
const runs = (piece: string, verb: string) =>
  `require("./components/run-command.ts").runCommand(require("./components/aws/commands/dispatch.ts").pieces, "${piece}", "${verb}")`;

describe("what is not loaded", function () {
  this.timeout(60_000);

  it("by the program of the local platform: anything of AWS", async () => {
    const loaded = await loadedBy(`require("./stacks/local.ts")`);
    assert.ok(of(loaded, "@pulumi/pulumi").length > 0, "the program was loaded");
    assert.deepEqual(of(loaded, "@pulumi/aws", "@aws-sdk", "@smithy"), []);
  });

  it("by the program of AWS: the provider's package beyond what it uses, and the SDK before it asks", async () => {
    const loaded = await loadedBy(`require("./stacks/aws.ts")`);
    const provider = of(loaded, "@pulumi/aws");
    assert.ok(provider.length > 0, "the program was loaded");
    // The index of each service that is used, and their enumerations: the whole package has some 2,700 files.
    assert.ok(provider.length <= 60, `${provider.length} files of @pulumi/aws`);
    assert.deepEqual(of(loaded, "@aws-sdk", "@smithy"), []);
  });

  for (const piece of [
    ...["cutover", "database", "drain", "smoke-test"],
    ...["snapshot", "sweep", "task", "weights"],
  ]) {
    it(`by the command "${piece}" on AWS: Pulumi, and the SDK before it asks`, async () => {
      // A verb that there is not: the piece is loaded, and nothing is run.
      const loaded = await loadedBy(
        `${runs(piece, "none")}.then(() => {
          if (!Object.keys(require.cache).some((file) => file.endsWith("/commands/${piece}.ts"))) throw new Error("not loaded");
          process.exitCode = 0;
        })`,
      );
      assert.deepEqual(of(loaded, "@pulumi", "@aws-sdk", "@smithy"), []);
    });
  }

  it("by a command that asks for weights: the SDK of any other service", async () => {
    const split = { gateway: "gw", type: "application", port: 80, priority: 100 };
    const environment = {
      ...{ AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any", AWS_MAX_ATTEMPTS: "1" },
      GATEWAY_GATEWAY: "gw",
      // Nobody listens there: what it needs to ask is loaded all the same.
      GATEWAY_WHERE: JSON.stringify({ region: "eu-central-1", endpoint: "http://127.0.0.1:9" }),
      ...{ GATEWAY_SPLIT: JSON.stringify(split), GATEWAY_WEIGHTS_LIMIT: "1", GATEWAY_GROUPS: "{}" },
    };
    const loaded = await loadedBy(
      `Object.assign(process.env, ${JSON.stringify(environment)});
       ${runs("weights", "write")}.then(() => (process.exitCode = 0))`,
    );
    const clients = [
      ...new Set(loaded.flatMap((file) => /@aws-sdk\/(client-[a-z0-9-]+)\//.exec(file)?.[1] ?? [])),
    ];
    assert.deepEqual(clients, ["client-elastic-load-balancing-v2"]);
    assert.deepEqual(of(loaded, "@pulumi"), []);
  });
});
