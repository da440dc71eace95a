"use strict";

/** The options under `runtime:` in Pulumi.yaml that this host honours, with the official host's defaults. */
function readOptions(options) {
  return {
    typescript: typed(options, "typescript", "boolean", true),
    tsconfig: typed(options, "tsconfig", "string", ""),
    nodeArgs: splitWords(typed(options, "nodeargs", "string", "")),
  };
}

function typed(options, key, type, byDefault) {
  const value = options[key];
  if (value === undefined) return byDefault;
  if (typeof value !== type) throw new Error(`Pulumi.yaml: runtime option "${key}" must be a ${type}`);
  return value;
}

/** Splits as a shell does: blanks separate, quotes and backslashes keep together. */
function splitWords(text) {
  const words = [];
  const word = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/gy;
  const rest = text.trim();
  while (word.lastIndex < rest.length) {
    const at = word.lastIndex;
    const found = word.exec(rest);
    if (!found)
      throw new Error(`Pulumi.yaml: runtime option "nodeargs" has an unclosed quote: ${rest.slice(at)}`);
    words.push(found[1].replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, unquote));
  }
  return words;
}

function unquote(_all, doubled, single, escaped) {
  if (doubled !== undefined) return doubled.replace(/\\(["\\$`])/g, "$1");
  return single ?? escaped;
}

module.exports = { readOptions, splitWords };
