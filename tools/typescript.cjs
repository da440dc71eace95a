"use strict";
// Lets Node load this project's TypeScript: `node --require ./tools/typescript.cjs FILE.ts`, where --enable-source-maps
// makes stack traces show the lines of the source. What esbuild makes of a file is kept, named by a hash of what it was
// made from: after an edit the old code has another name and is never run. Every command of ours starts through here,
// so there is no more to it: no other kind of file, no option, and packages are left to Node.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { keep } = require("./keep.cjs");

const kept = path.join(module.path, "..", "node_modules", ".cache", "gateway-upgrade-typescript");
const options = { loader: "ts", format: "cjs", platform: "node", target: "node20.19", sourcemap: "inline" };
const maker = JSON.stringify([require("esbuild/package.json").version, options]);

Module._extensions[".ts"] = (loaded, file) => {
  loaded._compile(javascriptOf(fs.readFileSync(file, "utf8"), file), file);
};

function javascriptOf(source, file) {
  const hash = createHash("sha256").update(`${maker}\0${file}\0${source}`).digest("hex");
  const place = path.join(kept, `${hash}.js`);
  try {
    return fs.readFileSync(place, "utf8");
  } catch {
    // Loaded only here: that alone takes longer than a command does with what is kept.
    const { code } = require("esbuild").transformSync(source, { ...options, sourcefile: file });
    keep(place, code);
    return code;
  }
}
