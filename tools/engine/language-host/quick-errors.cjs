"use strict";
// Loaded before the program. The SDK shows an error with util.inspect in colours, and Node 20 then loops over a stack
// line such as `node_modules/@pulumi/resource.ts` (a scope without a package after it, which the SDK's source maps
// make) until the string is too long: half a minute and a gigabyte for each error. Without colours it does not.
const util = require("node:util");

const { inspect } = util;

function inspectErrorsWithoutColours(value, options, ...rest) {
  const plain = value instanceof Error && options?.colors ? { ...options, colors: false } : options;
  return inspect(value, plain, ...rest);
}

util.inspect = Object.defineProperties(
  inspectErrorsWithoutColours,
  Object.getOwnPropertyDescriptors(inspect),
);
