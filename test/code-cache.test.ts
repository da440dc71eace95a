import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(__dirname, "..");

describe("what V8 made of a program's modules, as the next start takes it", () => {
  let checkout: string;
  const at = (name: string) => path.join(checkout, name);
  const write = (name: string, text: string) => fs.writeFileSync(at(name), text);
  const cache = () => at("node_modules/.cache/gateway-upgrade-code");

  /** A checkout with nothing but what keeps it. */
  beforeEach(() => {
    checkout = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "code-cache-"));
    for (const name of ["tools", "node_modules"]) fs.mkdirSync(at(name));
    for (const name of ["typescript.cjs", "keep.cjs", "code-archive.cjs", "code-cache.cjs"])
      fs.copyFileSync(path.join(root, "tools", name), at(`tools/${name}`));
    fs.symlinkSync(fs.realpathSync(path.join(root, "node_modules/esbuild")), at("node_modules/esbuild"));
  });
  afterEach(() => fs.rmSync(checkout, { recursive: true, force: true }));

  /** What program.js printed on both. */
  function run(...flags: string[]): Promise<string> {
    const args = [...flags, "--require", "./tools/typescript.cjs", "--require", "./tools/code-cache.cjs"];
    return new Promise((resolve) =>
      execFile(process.execPath, [...args, "program.js"], { cwd: checkout }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      ),
    );
  }

  it("is kept at the first start, and not made again at the next", async () => {
    write("program.js", 'console.log(require("./word"));\n');
    write("word.js", 'module.exports = "said";\n');
    assert.equal(await run(), "said\n");
    const files = () => fs.readdirSync(cache(), { recursive: true }).map(String).sort();
    const times = () => files().map((name) => fs.statSync(path.join(cache(), name)).mtimeMs);
    const [kept, when] = [files(), times()];
    assert.equal(kept.length, 1, kept.join());
    assert.equal(await run(), "said\n");
    assert.deepEqual([files(), times()], [kept, when]);
  });

  it("is not that of an older text, be the edit of the same size and at the same time", async () => {
    write("program.js", 'console.log("old");\n');
    assert.equal(await run(), "old\n");
    const { atime, mtime } = fs.statSync(at("program.js"));
    write("program.js", 'console.log("new");\n');
    fs.utimesSync(at("program.js"), atime, mtime);
    assert.equal(await run(), "new\n");
  });

  it("is not what another way of loading TypeScript made", async () => {
    write("program.js", 'require("./word");\n');
    write("word.ts", 'console.log("said" as string);\n');
    assert.equal(await run(), "said\n");
    const loader = fs.readFileSync(at("tools/typescript.cjs"), "utf8");
    const banner = `console.log("another way");`;
    write("tools/typescript.cjs", loader.replace('loader: "ts"', `$&, banner: ${JSON.stringify(banner)}`));
    assert.equal(await run(), "another way\nsaid\n");
  });

  it("is not that of a package of before, when another one was installed", async () => {
    const install = (main: string) => {
      fs.rmSync(at("node_modules/word"), { recursive: true, force: true });
      fs.mkdirSync(at("node_modules/word/lib"), { recursive: true });
      write("node_modules/word/package.json", JSON.stringify({ main }));
      write(`node_modules/word/${main}`, 'module.exports = require("./said");\n');
      write(`node_modules/word/${path.dirname(main)}/said.js`, `module.exports = "said by ${main}";\n`);
      write("node_modules/.package-lock.json", JSON.stringify({ main }));
    };
    write("program.js", 'console.log(require("word"));\n');
    for (const main of ["index.js", "lib/main.js", "index.js"]) {
      install(main);
      for (let start = 1; start <= 2; start++) assert.equal(await run(), `said by ${main}\n`);
    }
  });

  it("is made anew where a file of it is not V8's", async () => {
    write("program.js", 'console.log("runs");\n');
    await run();
    for (const name of fs.readdirSync(cache(), { recursive: true }).map(String)) {
      const file = path.join(cache(), name);
      if (fs.statSync(file).isFile()) fs.writeFileSync(file, "no code");
    }
    assert.equal(await run(), "runs\n");
    assert.equal(await run(), "runs\n");
  });

  it("is made anew where a file of it is cut off", async () => {
    write("program.js", 'console.log("runs");\n');
    await run();
    const [name = ""] = fs.readdirSync(cache());
    const file = path.join(cache(), name);
    const whole = fs.statSync(file).size;
    fs.truncateSync(file, whole - 1);
    assert.equal(await run(), "runs\n");
    assert.notEqual(fs.statSync(file).size, whole - 1);
  });

  it("leaves modules as they are: what they know of themselves, import(), and those that are no CommonJS", async () => {
    write("program.js", '#!/usr/bin/env node\nconsole.log(JSON.stringify(require("./inner/module")));\n');
    fs.mkdirSync(at("inner"));
    write(
      "inner/module.js",
      `const own = [require.main === module, require.main.filename, require.resolve("../modern.mjs")];
       exports.names = [__filename, __dirname, module.id, module.parent.filename, ...own, this === exports];
       exports.modern = require("../modern.mjs").word;
       process.on("beforeExit", async () => {
         if (!exports.late) console.log(exports.late = (await import("../modern.mjs")).word);
       });\n`,
    );
    write("modern.mjs", 'export const word = "modern";\n');
    const inner = at("inner/module.js");
    const names = [
      inner,
      at("inner"),
      inner,
      at("program.js"),
      false,
      at("program.js"),
      at("modern.mjs"),
      true,
    ];
    for (let start = 1; start <= 2; start++) {
      const lines = (await run("--disable-warning=ExperimentalWarning")).split("\n");
      assert.deepEqual(JSON.parse(lines[0] ?? ""), { names, modern: "modern" });
      assert.equal(lines[1], "modern");
    }
  });

  it("is not asked for with source maps, which Node reads of what it compiles itself", async () => {
    write("program.js", 'require("./program.ts");\n');
    write(
      "program.ts",
      'interface Dropped {\n  line: 1;\n}\nthrow new Error("on line 4");\nexport type { Dropped };\n',
    );
    assert.ok((await run("--enable-source-maps")).includes(`${at("program.ts")}:4:7`));
  });

  it("is not missed where nothing can be kept", async () => {
    write("node_modules/.cache", "no directory");
    write("program.js", 'console.log("runs");\n');
    assert.equal(await run(), "runs\n");
  });
});
