"use strict";
// Loaded before the program. What the SDK does for programs of any kind is about half of the time that one takes to
// start, and ours need nothing of it:
// - The automation API, tracing, and what turns functions into files for the cloud (TypeScript's compiler, npm's Arborist
//   and others) are loaded when something of them is first used; of zod, its messages in forty languages.
// - It maps each line of each stack trace to its own TypeScript, and it makes several for every resource. Not mapped, a
//   trace shows the lines of the JavaScript that runs, and of ours the TypeScript with Node's --enable-source-maps.
// - It keeps a stack trace for each promise of its own, which it prints where PULUMI_DEBUG_PROMISE_LEAKS asks for it.
// - It turns V8's debugger on, which tells it the file of a function that cannot be made a file for the cloud, and a flag
//   with which V8 takes nothing from tools/code-cache.cjs.
const Module = require("node:module");

const load = Module._load;
const heavy = {
  "@pulumi/pulumi": [
    ...["./automation", "typescript-shim", "@npmcli/arborist"],
    ...["normalize-package-data", "fdir", "upath", "js-yaml"],
    ...["resources", "sdk-trace-base", "sdk-trace-node", "exporter-zipkin", "instrumentation"].map(ofTracing),
    ofTracing("instrumentation-grpc"),
  ],
  zod: ["../locales/index.cjs"],
};
const unneeded = "source-map-support/register";
const tracesNothing = new WeakSet();

Module._load = function (request, parent, ...rest) {
  const loadIt = () => load.call(this, request, parent, ...rest);
  const owner = ownerOf(parent);
  if (owner === "@pulumi/pulumi") {
    if (request === unneeded) return {};
    if (request.endsWith("/closure/v8Hooks")) return whenAsked(loadIt);
    if (request.endsWith("/debuggable")) return withoutTraces(loadIt());
  }
  return heavy[owner]?.some((name) => request === name || request.endsWith(`/${name}`))
    ? whenUsed(loadIt)
    : loadIt();
};

function ofTracing(name) {
  return `@opentelemetry/${name}`;
}

/** The package that a module is of. */
function ownerOf(parent) {
  const inPackage = parent?.path?.split("node_modules/").at(-1);
  return inPackage?.startsWith("@pulumi/pulumi") ? "@pulumi/pulumi" : inPackage?.split("/")[0];
}

/** The way to V8's debugger, which is on once somebody asks for its session. */
function whenAsked(loadIt) {
  return {
    isInitializedAsync: async () => {},
    getSessionAsync: () => loadIt().getSessionAsync(),
    getScriptUrl: (id) => loadIt().getScriptUrl(id),
  };
}

/** The module itself: others hold it already, since it is loaded in a circle. */
function withoutTraces(debuggable) {
  const { debuggablePromise, debugPromiseLeaks } = debuggable;
  // Undefined while it is still being loaded.
  if (!debuggablePromise || debugPromiseLeaks || tracesNothing.has(debuggablePromise)) return debuggable;
  const traceless = (...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  tracesNothing.add(traceless);
  debuggable.debuggablePromise = traceless;
  return debuggable;
}

function whenUsed(loadIt) {
  let loaded;
  return new Proxy(
    {},
    {
      get(_, name) {
        // Whoever loads it asks for this one at once; the answer makes it take the module as it is, and not a copy of its
        // members.
        if (name === "__esModule") return true;
        loaded ??= loadIt();
        return name === "default" && !loaded.__esModule ? loaded : loaded[name];
      },
    },
  );
}
