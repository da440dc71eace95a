"use strict";
// Loaded before the program. What the SDK does for programs of any kind is about half of the time that one takes to
// start, and ours need nothing of it:
// - TypeScript's compiler and npm's Arborist turn functions into files for the cloud. They are loaded when something of
//   them is first used.
// - It maps each line of each stack trace to its own TypeScript, and it makes several for every resource. Not mapped, a
//   trace shows the lines of the JavaScript that runs, and of ours the TypeScript with Node's --enable-source-maps.
const Module = require("node:module");

const load = Module._load;
const heavy = /(?:^|\/)(?:typescript-shim|@npmcli\/arborist)$/;
const unneeded = "source-map-support/register";

Module._load = function (request, parent, ...rest) {
  const loadIt = () => load.call(this, request, parent, ...rest);
  if (!isOfTheSdk(parent)) return loadIt();
  if (request === unneeded) return {};
  return heavy.test(request) ? whenUsed(loadIt) : loadIt();
};

function isOfTheSdk(parent) {
  return parent?.path?.split("node_modules/").at(-1).startsWith("@pulumi/pulumi");
}

function whenUsed(loadIt) {
  let loaded;
  return new Proxy(
    {},
    {
      // The SDK asks for this one at once; the answer makes it take the module as it is, and not a copy of its members.
      get: (_, name) => (name === "__esModule" ? true : (loaded ??= loadIt())[name]),
    },
  );
}
