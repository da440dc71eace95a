import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "..");

/** What a program printed, as JSON, when the SDK is loaded as our own programs load it. */
function run(program: string): Promise<unknown> {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const loaded = (name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"));
    (async () => console.log(JSON.stringify(await (async () => { ${program} })())))();
  `;
  const args = ["--require", "./tools/quick-sdk.cjs", "-e", script];
  return new Promise((resolve, reject) =>
    execFile(process.execPath, args, { cwd: root }, (problem, stdout) =>
      problem ? reject(new Error("the program failed", { cause: problem })) : resolve(JSON.parse(stdout)),
    ),
  );
}

describe("the SDK as our programs load it", function () {
  this.timeout(60_000);

  it("has loaded neither TypeScript's compiler nor Arborist", async () => {
    assert.deepEqual(await run('return ["typescript", "@npmcli/arborist"].map(loaded);'), [false, false]);
  });

  it("still turns a function into a file, with TypeScript's compiler", async () => {
    const program = `
      const captured = "kept";
      const { text } = await pulumi.runtime.serializeFunction(() => captured);
      return [text.includes("kept"), loaded("typescript")];
    `;
    assert.deepEqual(await run(program), [true, true]);
  });

  it("still finds the packages that such a file needs, with Arborist", async () => {
    const program = `
      const paths = await pulumi.runtime.computeCodePaths();
      return [paths.has("node_modules/yaml"), loaded("@npmcli/arborist")];
    `;
    assert.deepEqual(await run(program), [true, true]);
  });
});
