"use strict";
// How the engine writes what JSON has no word for: a marked object for a secret, and one string for "not known yet".
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value) {
  return isObject(value) && value[MARK] === SECRET;
}

function secret(value) {
  return isSecret(value) ? value : { [MARK]: SECRET, value };
}

/** The plain value, with every secret in it opened. */
function reveal(value) {
  if (isSecret(value)) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (isObject(value)) return mapValues(value, reveal);
  return value;
}

function hasUnknown(value) {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

function equal(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && equal(one[key], other[key]))
  );
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

module.exports = { MARK, UNKNOWN, equal, hasUnknown, isObject, isSecret, mapValues, reveal, secret };
