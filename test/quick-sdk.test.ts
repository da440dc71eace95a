import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "..");

/** What a program printed, as JSON, when the SDK is loaded as our own programs load it. */
function run(program: string, environment: Record<string, string> = {}): Promise<unknown> {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const loaded = (name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"));
    (async () => console.log(JSON.stringify(await (async () => { ${program} })())))();
  `;
  const args = ["--require", "./tools/quick-sdk.cjs", "-e", script];
  return new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      args,
      { cwd: root, env: { ...process.env, ...environment } },
      (problem, stdout) =>
        problem ? reject(new Error("the program failed", { cause: problem })) : resolve(JSON.parse(stdout)),
    ),
  );
}

describe("the SDK as our programs load it", function () {
  this.timeout(60_000);

  it("has loaded nothing that ours do not use", async () => {
    const names = [
      ...["typescript", "@npmcli/arborist", "normalize-package-data", "fdir", "js-yaml", "execa"],
      "@opentelemetry/sdk-trace-base",
    ];
    const program = `
      require("zod");
      require("@pulumi/pulumi/cmd/run/tracing");
      const languages = Object.keys(require.cache).filter((file) => file.includes("/zod/v4/locales/"));
      return [${JSON.stringify(names)}.filter(loaded), languages.map((file) => file.split("/").at(-1))];
    `;
    assert.deepEqual(await run(program), [[], ["en.cjs"]]);
  });

  it("still has the automation API, when it is used", async () => {
    const program = `
      const workspace = await pulumi.automation.LocalWorkspace.create({});
      return [typeof workspace.listStacks, loaded("execa")];
    `;
    assert.deepEqual(await run(program), ["function", true]);
  });

  it("still traces, where that is asked for", async () => {
    const program = `
      const tracing = require("@pulumi/pulumi/cmd/run/tracing");
      tracing.start("http://127.0.0.1:9/api/v2/spans");
      return [tracing.newSpan("any").isRecording(), loaded("@opentelemetry/sdk-trace-base")];
    `;
    assert.deepEqual(await run(program), [true, true]);
  });

  it("still has zod's messages in other languages", async () => {
    const program = `
      const { z } = require("zod");
      z.config(z.locales.de());
      return z.string().safeParse(1).error.issues[0].message;
    `;
    assert.match(String(await run(program)), /Ungültige Eingabe/);
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

  it("traces a promise that is left only where that is asked for, and goes on tracing errors", async () => {
    const program = `
      const { debuggablePromise, leakedPromises } = require("@pulumi/pulumi/runtime/debuggable");
      const pending = new Promise(() => {});
      void debuggablePromise(pending);
      const kept = pending._debugStackTrace.split("\\n").length > 1;
      leakedPromises();
      return [kept, new Error("traced").stack.split("\\n").length > 1];
    `;
    assert.deepEqual(await run(program), [false, true]);
    assert.deepEqual(await run(program, { PULUMI_DEBUG_PROMISE_LEAKS: "1" }), [true, true]);
  });

  it("has V8's debugger off until a function is turned into a file", async () => {
    const program = `
      const { Session } = require("node:inspector");
      let opened = 0;
      Session.prototype.connect = new Proxy(Session.prototype.connect, {
        apply: (connect, ...rest) => (opened++, Reflect.apply(connect, ...rest)),
      });
      const runner = require.resolve("@pulumi/pulumi/cmd/run");
      await require("node:module").createRequire(runner)("../../runtime/closure/v8Hooks").isInitializedAsync();
      const before = opened;
      await pulumi.runtime.serializeFunction(() => before);
      return [before, opened];
    `;
    assert.deepEqual(await run(program), [0, 1]);
  });
});
