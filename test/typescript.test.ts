import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(__dirname, "..");

/** What a program printed on both, and its exit code. */
interface Ran {
  code: number;
  printed: string;
}

describe("TypeScript as Node loads it", () => {
  let checkout: string;
  const at = (name: string) => path.join(checkout, name);
  const write = (name: string, text: string) => fs.writeFileSync(at(name), text);

  /** A checkout with the loader and nothing but esbuild. */
  beforeEach(() => {
    checkout = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "typescript-"));
    for (const name of ["tools", "node_modules"]) fs.mkdirSync(at(name));
    for (const name of ["typescript.cjs", "keep.cjs"])
      fs.copyFileSync(path.join(root, "tools", name), at(`tools/${name}`));
    fs.symlinkSync(fs.realpathSync(path.join(root, "node_modules/esbuild")), at("node_modules/esbuild"));
  });
  afterEach(() => fs.rmSync(checkout, { recursive: true, force: true }));

  function run(...flags: string[]): Promise<Ran> {
    const args = [...flags, "--require", "./tools/typescript.cjs", "program.ts"];
    return new Promise((resolve) =>
      execFile(process.execPath, args, { cwd: checkout }, (problem, stdout, stderr) =>
        resolve({ code: problem ? Number(problem.code) : 0, printed: stdout + stderr }),
      ),
    );
  }

  it("runs what a file says now, be the edit of the same size and at the same time", async () => {
    write("program.ts", 'import { word } from "./word";\nconsole.log(word satisfies string);\n');
    write("word.ts", 'export const word: string = "old";\n');
    assert.deepEqual(await run(), { code: 0, printed: "old\n" });
    const { atime, mtime } = fs.statSync(at("word.ts"));
    write("word.ts", 'export const word: string = "new";\n');
    fs.utimesSync(at("word.ts"), atime, mtime);
    assert.deepEqual(await run(), { code: 0, printed: "new\n" });
    write("word.ts", 'export const word: string = "old";\n');
    assert.deepEqual(await run(), { code: 0, printed: "old\n" });
  });

  it("runs what it has run before without esbuild", async () => {
    write("program.ts", 'console.log("runs" as string);\n');
    await run();
    const manifest = fs.readFileSync(at("node_modules/esbuild/package.json"));
    fs.rmSync(at("node_modules/esbuild"));
    fs.mkdirSync(at("node_modules/esbuild"));
    fs.writeFileSync(at("node_modules/esbuild/package.json"), manifest);
    assert.deepEqual(await run(), { code: 0, printed: "runs\n" });
    write("program.ts", 'console.log("is edited" as string);\n');
    assert.match((await run()).printed, /Cannot find module .*esbuild/);
  });

  it("makes it anew with another version of esbuild", async () => {
    write("program.ts", 'console.log("made" as string);\n');
    await run();
    fs.rmSync(at("node_modules/esbuild"));
    fs.mkdirSync(at("node_modules/esbuild"));
    write("node_modules/esbuild/package.json", '{ "version": "0.0.1" }');
    write("node_modules/esbuild/index.js", 'exports.transformSync = () => ({ code: "console.log(1)" });');
    assert.deepEqual(await run(), { code: 0, printed: "1\n" });
  });

  it("runs where nothing can be kept", async () => {
    write("node_modules/.cache", "no directory");
    write("program.ts", 'console.log("runs" as string);\n');
    assert.deepEqual(await run(), { code: 0, printed: "runs\n" });
  });

  it("names file and line of what is no TypeScript", async () => {
    write("program.ts", 'const fine = "";\nconst = 1;\n');
    const { code, printed } = await run();
    assert.notEqual(code, 0);
    assert.ok(printed.includes(`${at("program.ts")}:2:6: ERROR: `), printed);
  });

  it("shows the lines of the source in stack traces, with Node's flag for it", async () => {
    write(
      "program.ts",
      'interface Dropped {\n  line: 1;\n}\n\nthrow new Error("on line 5");\nexport type { Dropped };\n',
    );
    const { printed } = await run("--enable-source-maps");
    assert.ok(printed.includes(`${at("program.ts")}:5:7`), printed);
  });
});
