"use strict";
const { createHash, randomBytes } = require("node:crypto");

const HEX_DIGITS = 7;
// The plugin appends 26 digits.
const PREFIXED_BYTES = 13;

/** The resource's own name in a program: the last part of its URN. */
function logicalName(urn) {
  return urn.split("::").slice(3).join("::");
}

/** "lb" becomes "lb-1a2b3c4", cut to what AWS takes; the engine's seed makes it the same in preview and update. */
function newName(urn, seed, { limit = 255, lower = false }) {
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(HEX_DIGITS);
  const end = `-${random.toString("hex").slice(0, HEX_DIGITS)}`;
  const name = logicalName(urn).slice(0, limit - end.length) + end;
  return lower ? name.toLowerCase() : name;
}

/** What is made of a name's beginning where the program gives that and no name: `{ name }`, or nothing. */
function nameAfterPrefix({ autoName }, inputs) {
  const { property } = autoName ?? {};
  const prefix = property && inputs[property] === undefined ? inputs[`${property}Prefix`] : undefined;
  return prefix === undefined ? {} : { [property]: prefix + randomBytes(PREFIXED_BYTES).toString("hex") };
}

module.exports = { logicalName, nameAfterPrefix, newName };
