"use strict";
const { isObject } = require("../../../tools/engine/command-plugin/property-values.cjs");
const { newName } = require("./names.cjs");

/** Names of the inputs that the provider filled in, recorded beside them as the real plugin does. */
const DEFAULTS = "__defaults";

/** What the program gave, with the defaults of the type and a name where it gave none. */
function checkInputs(type, { urn, olds, news, seed }) {
  const inputs = withoutDefaults(dropMissing(news));
  const filled = [];
  const fill = (key, value) => {
    if (inputs[key] !== undefined) return;
    inputs[key] = value;
    filled.push(key);
  };
  for (const [key, value] of Object.entries(type.defaults ?? {})) fill(key, value);
  const { property, ...rules } = type.autoName ?? {};
  if (property && inputs[`${property}Prefix`] === undefined) {
    const kept = olds[DEFAULTS]?.includes(property) ? olds[property] : undefined;
    fill(property, kept ?? newName(urn, seed, rules));
  }
  return { ...inputs, [DEFAULTS]: filled };
}

function withoutDefaults(inputs) {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== DEFAULTS));
}

/** The engine writes an absent value as null; AWS and the diff know only values. */
function dropMissing(value) {
  if (Array.isArray(value)) return value.map(dropMissing);
  if (!isObject(value)) return value;
  const present = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, dropMissing(item)]));
}

module.exports = { checkInputs, dropMissing, withoutDefaults };
