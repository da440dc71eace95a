"use strict";
// Loaded before the program. The SDK loads TypeScript's compiler and npm's Arborist, a third of the time that a program
// takes to start, to turn functions into files for the cloud. No program of ours does that: they are loaded when something
// of them is first used.
const Module = require("node:module");

const load = Module._load;
const heavy = /(?:^|\/)(?:typescript-shim|@npmcli\/arborist)$/;

Module._load = function (request, parent, ...rest) {
  const loadIt = () => load.call(this, request, parent, ...rest);
  const isHeavy = heavy.test(request) && parent?.path?.includes("@pulumi");
  return isHeavy ? whenUsed(loadIt) : loadIt();
};

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
