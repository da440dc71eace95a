"use strict";
// Lets Node load this project's TypeScript: `node --require ./tools/typescript.cjs FILE.ts`.
// tsx would also pass every package's JavaScript through itself, and Pulumi's is so large that a program would take
// twice as long to start. So Node's own loader of JavaScript is put back.
const Module = require("node:module");

const javascript = Module._extensions[".js"];
require("tsx/cjs");
Module._extensions[".js"] = javascript;
