"use strict";
// Loaded before the program. What the SDK does for programs of any kind is about half of the time that one takes to
// start, and ours need nothing of it:
// - The automation API, tracing, and what turns functions into files for the cloud (TypeScript's compiler, npm's Arborist
//   and others) are loaded when something of them is first used; of zod, its messages in forty languages.
// - It maps each line of each stack trace to its own TypeScript, and it makes several for every resource. Not mapped, a
//   trace shows the lines of the JavaScript that runs, and of ours the TypeScript with Node's --enable-source-maps.
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

Module._load = function (request, parent, ...rest) {
  const loadIt = () => load.call(this, request, parent, ...rest);
  const owner = ownerOf(parent);
  if (owner === "@pulumi/pulumi" && request === unneeded) return {};
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
