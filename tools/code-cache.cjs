"use strict";
// Loaded before the program: what V8 makes of a module is kept, and the next start takes it from there, which saves it a
// fourth of its time. From version 22.8 on Node does that itself; for the ones before it is done here. What is kept is
// named by a hash of V8's version and flags, the module's file and its text: after an edit it has another name.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const { keep } = require("./typescript.cjs");

const kept = path.join(module.path, "..", "node_modules", ".cache", "gateway-upgrade-code");

// Of a script that is made here, Node reads no source map.
if (!process.sourceMapsEnabled) (Module.enableCompileCache ?? compileWithWhatIsKept)(kept);

function compileWithWhatIsKept() {
  const compile = Module.prototype._compile;
  const maker = v8.cachedDataVersionTag();
  const fresh = new Map();

  Module.prototype._compile = function (text, file, format) {
    // A script that is made here cannot import(), but by a way of Node 20's that is experimental and says so.
    const isOurs = (format ?? "commonjs") === "commonjs" && !/\bimport\s*\(/.test(text);
    if (!isOurs) return compile.call(this, text, file, format);
    const hash = createHash("sha256").update(`${maker}\0${file}\0${text}`).digest("hex");
    const place = path.join(kept, hash);
    const script = new vm.Script(Module.wrap(text.replace(/^#!/, "//")), {
      filename: file,
      cachedData: read(place),
    });
    if (script.cachedDataRejected !== false) fresh.set(place, script);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, file, path.dirname(file));
  };

  // Not before: by then it holds the functions that were called, which V8 compiles at their first call.
  process.on("exit", () => {
    for (const [place, script] of fresh) keep(place, script.createCachedData());
  });
}

function read(place) {
  try {
    return fs.readFileSync(place);
  } catch {
    return undefined;
  }
}

/** The `require` of a module, as Node gives it. */
function requireOf(owner) {
  const resolve = (request, options) => Module._resolveFilename(request, owner, false, options);
  resolve.paths = (request) => Module._resolveLookupPaths(request, owner);
  const { mainModule: main } = process;
  return Object.assign((request) => owner.require(request), {
    ...{ resolve, main, extensions: Module._extensions, cache: Module._cache },
  });
}
