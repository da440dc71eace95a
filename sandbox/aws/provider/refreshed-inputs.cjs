"use strict";
const { equal, isObject, isSecret } = require("../../../tools/engine/command-plugin/property-values.cjs");

/** The recorded inputs with what is live in their place: only what was given, so that answers of AWS do not become inputs. */
function refreshedInputs(inputs, live) {
  const entries = Object.entries(inputs).map(([name, value]) => [name, narrow(value, live[name])]);
  return Object.fromEntries(entries);
}

function narrow(input, live) {
  if (live === undefined || live === null || isSecret(input)) return input;
  if (isObject(input) && isObject(live)) return refreshedInputs(input, live);
  if (Array.isArray(input) && Array.isArray(live)) {
    // Many lists are sets in AWS: their order means nothing.
    if (sameSet(input, live)) return input;
    return live.map((item, i) => (i < input.length ? narrow(input[i], item) : item));
  }
  return live;
}

function sameSet(one, other) {
  const texts = (list) => list.map((item) => JSON.stringify(item)).sort();
  return equal(texts(one), texts(other));
}

module.exports = { refreshedInputs };
