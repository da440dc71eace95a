"use strict";
const { equal, isObject, isSecret } = require("./property-values.cjs");

/**
 * What changed between the recorded inputs and the new ones, as the engine shows it: a list of
 * `{ path, kind }` with kind "add", "delete" or "update". A secret counts as one value.
 */
function changesBetween(olds, news) {
  return objectChanges(olds, news, "");
}

function objectChanges(olds, news, prefix) {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return keys.flatMap((key) => valueChanges(olds[key], news[key], join(prefix, key)));
}

function valueChanges(old, now, path) {
  if (equal(old, now)) return [];
  if (old === undefined || old === null) return [{ path, kind: "add" }];
  if (now === undefined || now === null) return [{ path, kind: "delete" }];
  if (Array.isArray(old) && Array.isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }, (_, i) => valueChanges(old[i], now[i], `${path}[${i}]`)).flat();
  }
  const open = (value) => isObject(value) && !isSecret(value);
  if (open(old) && open(now)) return objectChanges(old, now, path);
  return [{ path, kind: "update" }];
}

function join(prefix, key) {
  if (prefix === "") return key;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${prefix}.${key}` : `${prefix}[${JSON.stringify(key)}]`;
}

/** The input that a path begins with: "triggers" of "triggers[0]". */
function inputOf(path) {
  return /^[^.[]+/.exec(path)[0];
}

module.exports = { changesBetween, inputOf };
