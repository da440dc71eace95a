"use strict";
const { isObject, reveal, hasUnknown } = require("./property-values.cjs");

const isString = (value) => typeof value === "string";
const isBoolean = (value) => typeof value === "boolean";
const isStrings = (value) => Array.isArray(value) && value.every(isString);
const isStringMap = (value) => isObject(value) && Object.values(value).every(isString);

const TEXT = { is: isString, name: "a string" };
const FLAG = { is: isBoolean, name: "a boolean" };
const TEXTS = { is: isStrings, name: "a list of strings" };
const TEXT_MAP = { is: isStringMap, name: "a map of strings" };
const ANY_LIST = { is: Array.isArray, name: "a list" };
const ANYTHING = { is: () => true, name: "a value" };
const OBJECT = { is: isObject, name: "an object" };
const LOGGING = {
  is: (value) => ["stdout", "stderr", "stdoutAndStderr", "none"].includes(value),
  name: 'one of "stdout", "stderr", "stdoutAndStderr" and "none"',
};

/** The failures of inputs that have the wrong type or are missing, and the inputs that the resource knows. */
function checkInputs(news, shape, required) {
  const failures = [];
  for (const name of required) {
    if (isMissing(news[name])) failures.push({ property: name, reason: `${name} is missing` });
  }
  const inputs = {};
  for (const [name, type] of Object.entries(shape)) {
    if (isMissing(news[name])) continue;
    inputs[name] = news[name];
    // What is not known yet has no type yet; it is checked again when it is.
    if (!hasUnknown(news[name]) && !type.is(reveal(news[name]))) {
      failures.push({ property: name, reason: `${name} must be ${type.name}` });
    }
  }
  return { inputs, failures };
}

function isMissing(value) {
  return value === undefined || value === null;
}

module.exports = { ANY_LIST, ANYTHING, FLAG, LOGGING, OBJECT, TEXT, TEXT_MAP, TEXTS, checkInputs };
