"use strict";
const { DiffResponse } = require("@pulumi/pulumi/proto/provider_pb");
const { equal, hasUnknown, reveal } = require("../../../tools/engine/command-plugin/property-values.cjs");
const { changesBetween, inputOf } = require("../../../tools/engine/command-plugin/diff.cjs");
const { diffResponse } = require("../../../tools/engine/command-plugin/diff-response.cjs");
const { underIgnoreChanges } = require("./ignore-changes.cjs");
const { withoutDefaults } = require("./inputs.cjs");

/** What changed, as a list of `{ path, kind }`, and the names of the inputs that did. */
function changes(type, { oldInputs, news, ignored }) {
  const olds = withoutDefaults(oldInputs);
  const seen = underIgnoreChanges(olds, withoutDefaults(news), ignored);
  const list = changesBetween(olds, seen).filter(({ path }) => {
    const input = inputOf(path);
    return !sameValue(type, input, olds[input], seen[input]);
  });
  return { list, seen, names: new Set(list.map(({ path }) => inputOf(path))) };
}

/** Some values mean the same in other words, such as JSON with other spaces. A value that is not known may differ. */
function sameValue(type, input, old, now) {
  if (old === undefined || now === undefined || hasUnknown(now)) return false;
  return type.same?.[input]?.(reveal(old), reveal(now)) ?? false;
}

/** The engine's answer: what changed, and whether it takes a new resource. */
function diff(type, request, tagsAll) {
  const { list, seen } = changes(type, request);
  const recorded = reveal(request.olds).tagsAll;
  if (type.tags && recorded && !hasUnknown(seen.tags) && !equal(recorded, tagsAll(reveal(seen)))) {
    if (!list.some(({ path }) => inputOf(path) === "tags")) list.push({ path: "tagsAll", kind: "update" });
  }
  const others = (input) => type.replaceOnAllBut && !type.replaceOnAllBut.includes(input);
  // Since version 7 every resource may have a region of its own.
  const replaces = (input) => input === "region" || type.replaceOn.includes(input) || others(input);
  const response = diffResponse(list, { replaces: (input) => input !== "tagsAll" && replaces(input) });
  if (list.length === 0) response.setChanges(DiffResponse.DiffChanges.DIFF_NONE);
  return { response, replaces: response.getReplacesList().length > 0 };
}

module.exports = { changes, diff };
