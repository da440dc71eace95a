"use strict";
// Loaded before a program: what V8 makes of its modules is kept in one file, with where a package's modules find what
// they require, and the next start takes it from there, which saves it a third of its time or more. From version 22.8 on
// Node keeps V8's code itself; for the ones before it is done here. What was kept of a file is taken as long as its size
// and the time of its last change, which nobody can set, are the same.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const { archiveOf, readArchive } = require("./code-archive.cjs");
const { keep } = require("./keep.cjs");

const packages = path.join(module.path, "..", "node_modules");
const kept = path.join(packages, ".cache", "gateway-upgrade-code");
/** The clock of a file system may stand still for so long: what was changed just now may be changed again unseen. */
const tickMs = 20;

// Of a script that is made here, Node reads no source map.
if (!process.sourceMapsEnabled) (Module.enableCompileCache ?? compileWithWhatIsKept)(kept);

function compileWithWhatIsKept() {
  const installed = stampOf(path.join(packages, ".package-lock.json"));
  const makers = ["code-cache.cjs", "code-archive.cjs", "typescript.cjs"];
  const ways = makers.map((name) => stampOf(path.join(module.path, name)));
  const maker = JSON.stringify([process.version, v8.cachedDataVersionTag(), installed, ...ways]);
  const place = path.join(kept, path.relative(packages, process.argv[1] ?? "").replace(/\W/g, "_"));
  const archive = readArchive(place, maker);
  const fresh = new Map();
  const requests = new Map();

  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    const owner = parent?.filename;
    // Where our files are may change with each edit; where those of packages are, with the next installation.
    const isPackage = owner?.startsWith(packages + path.sep) || !/^[./]/.test(request);
    if (!installed || !owner || !isPackage || options)
      return resolve.call(this, request, parent, isMain, options);
    const known = archive.modules[owner]?.requests ?? {};
    if (Object.hasOwn(known, request)) return known[request];
    const found = resolve.call(this, request, parent, isMain, options);
    if (!requests.has(owner)) requests.set(owner, {});
    requests.get(owner)[request] = found;
    return found;
  };

  const stamps = new Map();
  for (const extension of [".js", ".ts"]) {
    const load = Module._extensions[extension];
    Module._extensions[extension] = function (loaded, file) {
      const stamp = stampOf(file);
      if (stamp?.changed < Date.now() - tickMs) stamps.set(file, stamp);
      const known = archive.modules[file];
      if (!isSame(known, stamp)) return load.call(this, loaded, file);
      const { text, code } = archive.read(known);
      const script = new vm.Script(text, { filename: file, cachedData: code });
      if (script.cachedDataRejected) fresh.set(file, { ...stamp, text, script });
      run(script, loaded, file);
    };
  }

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, file, format) {
    // A script that is made here cannot import(), but by a way of Node 20's that is experimental and says so.
    const isOurs = (format ?? "commonjs") === "commonjs" && !/\bimport\s*\(/.test(source);
    if (!isOurs) return compile.call(this, source, file, format);
    const text = Module.wrap(
      source.replace(/^#!/, "//").replace(/\n\/\/# sourceMappingURL=data:.*\n?$/, "\n"),
    );
    const script = new vm.Script(text, { filename: file });
    const stamp = stamps.get(file);
    if (stamp) fresh.set(file, { ...stamp, text, script });
    return run(script, this, file);
  };

  // Not before: by then it holds the functions that were called, which V8 compiles at their first call.
  process.on("exit", () => {
    if (fresh.size > 0) keep(place, archiveOf(maker, [...stillKnown(), ...nowKnown()]));
  });

  function* stillKnown() {
    for (const [file, known] of Object.entries(archive.modules)) {
      if (fresh.has(file) || !isSame(known, stampOf(file))) continue;
      const { size, changed } = known;
      yield [file, { size, changed, requests: requestsOf(file), ...archive.read(known) }];
    }
  }

  function* nowKnown() {
    for (const [file, { size, changed, text, script }] of fresh)
      yield [file, { size, changed, requests: requestsOf(file), text, code: script.createCachedData() }];
  }

  function requestsOf(file) {
    return { ...archive.modules[file]?.requests, ...requests.get(file) };
  }
}

/** What tells a file from what it was before an edit. */
function stampOf(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found && { size: found.size, changed: found.ctimeMs };
}

function isSame(known, stamp) {
  return known !== undefined && known.size === stamp?.size && known.changed === stamp.changed;
}

function run(script, owner, file) {
  const start = script.runInThisContext();
  return start.call(owner.exports, owner.exports, requireOf(owner), owner, file, path.dirname(file));
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
