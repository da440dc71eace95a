"use strict";
const { isObject } = require("../../../tools/engine/command-plugin/property-values.cjs");

/**
 * The new inputs as the plugin sees them under `ignoreChanges`. The engine has put old values back already, and leaves
 * what an ignored path adds. The plugin takes that away: an element's field whose index is new in the list is ignored,
 * so it gets the default of AWS. That is how a target group added at weight 0 lands at 1 (pulumi-aws#5772,
 * pulumi-terraform-bridge#3186). A path with [*] does not do this.
 */
function underIgnoreChanges(olds, news, paths) {
  const seen = JSON.parse(JSON.stringify(news));
  for (const path of paths) {
    const steps = parse(path);
    if (steps.length === 0 || steps.includes("*")) continue;
    if (find(olds, steps) === undefined && addedBelowList(olds, steps)) remove(seen, steps);
  }
  return seen;
}

/** "actions[0].forward.targetGroups[2].weight" as its steps: names and numbers. */
function parse(path) {
  return [...path.matchAll(/\["([^"]+)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) => {
    if (index === "*") return "*";
    return index === undefined ? (quoted ?? name) : Number(index);
  });
}

function find(value, steps) {
  return steps.reduce((at, step) => (typeof at === "object" && at !== null ? at[step] : undefined), value);
}

/** Whether the path leads through a list's index that the old value does not have. */
function addedBelowList(olds, steps) {
  return steps.some(
    (step, i) => typeof step === "number" && i < steps.length - 1 && !find(olds, steps.slice(0, i + 1)),
  );
}

function remove(value, steps) {
  const holder = find(value, steps.slice(0, -1));
  if (isObject(holder)) delete holder[steps.at(-1)];
}

module.exports = { underIgnoreChanges };
