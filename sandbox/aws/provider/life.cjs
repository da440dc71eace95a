"use strict";
// The life of a resource of any type: what is asked of AWS, and what is recorded of it.
const {
  UNKNOWN,
  equal,
  hasUnknown,
  reveal,
  secret,
} = require("../../../tools/engine/command-plugin/property-values.cjs");
const { changes } = require("./diff.cjs");
const { dropMissing, withoutDefaults } = require("./inputs.cjs");
const { nameAfterPrefix } = require("./names.cjs");
const { PartialFailure } = require("./partial-state.cjs");
const { refreshedInputs } = require("./refreshed-inputs.cjs");

/** What stands in the state: the inputs, what AWS answered beside them, and every tag. */
function recorded(type, inputs, computed, tagsAll) {
  const given = withoutDefaults(inputs);
  const outputs = dropMissing({ ...computed, ...given, ...type.settled?.(given) });
  if (type.tags) outputs.tagsAll = tagsAll;
  for (const name of type.secrets ?? []) {
    if (outputs[name] !== undefined && outputs[name] !== UNKNOWN) outputs[name] = secret(outputs[name]);
  }
  return outputs;
}

function tagsOf(settings, inputs) {
  return hasUnknown(inputs.tags) ? UNKNOWN : settings.tagsAll(reveal(inputs.tags));
}

/** The outputs that are no inputs, as they were. */
function computedBefore(type, olds) {
  const names = [...type.computed, ...(type.autoName ? [type.autoName.property] : [])];
  return Object.fromEntries(names.map((name) => [name, olds[name]]));
}

function previewCreate(type, inputs, settings) {
  const unknown = Object.fromEntries(type.computed.map((name) => [name, UNKNOWN]));
  return recorded(type, inputs, unknown, tagsOf(settings, inputs));
}

function previewUpdate(type, { olds, oldInputs, news, ignored }, settings) {
  const { seen, names } = changes(type, { oldInputs, news, ignored });
  const unknown = (type.changing?.(names) ?? []).map((name) => [name, UNKNOWN]);
  const computed = { ...computedBefore(type, olds), ...Object.fromEntries(unknown) };
  return recorded(type, seen, computed, tagsOf(settings, seen));
}

/** Resolves to `{ id, outputs }`. */
async function create(type, inputs, context) {
  const tagsAll = type.tags && context.tagsAll(reveal(inputs));
  const given = reveal(withoutDefaults(inputs));
  const name = nameAfterPrefix(type, given);
  const plain = { ...given, ...name, tagsAll };
  const record = ({ id, ...computed }) => ({
    id,
    outputs: recorded(type, inputs, { ...name, ...computed }, tagsAll),
  });
  try {
    return record(await type.create(plain, context));
  } catch (problem) {
    if (!(problem instanceof PartialFailure)) throw problem;
    throw new PartialFailure(problem, record({ id: problem.id, ...problem.outputs }));
  }
}

/** Resolves to the outputs. */
async function update(type, { id, olds, oldInputs, news, ignored }, context) {
  const { seen, names } = changes(type, { oldInputs, news, ignored });
  const tagsAll = type.tags && context.tagsAll(reveal(seen));
  const before = { ...reveal(olds), id };
  const now = { ...reveal(seen), tagsAll };
  const record = (answer) => recorded(type, seen, { ...computedBefore(type, olds), ...answer }, tagsAll);
  try {
    const answer = await type.update?.(before, now, context, names);
    if (type.tags && !equal(before.tagsAll ?? {}, tagsAll)) await retag(type, before, tagsAll, context);
    return record(answer);
  } catch (problem) {
    if (!(problem instanceof PartialFailure)) throw problem;
    throw new PartialFailure(problem, { id, outputs: record(problem.outputs) });
  }
}

async function retag(type, before, tagsAll, context) {
  const unset = Object.keys(before.tagsAll ?? {}).filter((key) => !(key in tagsAll));
  await type.tags.set(context, before, tagsAll);
  if (unset.length > 0) await type.tags.unset(context, before, unset);
}

async function remove(type, id, olds, context) {
  await type.delete?.({ ...reveal(olds), id }, context);
}

/** What a refresh finds: `{ id, outputs, inputs }`, or undefined where the resource has gone. */
async function read(type, id, olds, inputs, context) {
  if (!type.read) return { id, outputs: olds, inputs };
  const live = await type.read({ ...reveal(olds), id }, context);
  if (live === undefined) return undefined;
  // What is only read (`get`) has no inputs.
  return { id, outputs: dropMissing({ ...olds, ...live }), inputs: refreshedInputs(inputs, live) };
}

module.exports = { create, previewCreate, previewUpdate, read, remove, update };
