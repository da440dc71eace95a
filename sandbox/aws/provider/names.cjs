"use strict";
const { createHash, randomBytes } = require("node:crypto");

const HEX_DIGITS = 7;

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

module.exports = { logicalName, newName };
