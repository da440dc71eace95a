"use strict";
const { UNKNOWN, equal, hasUnknown, reveal } = require("./property-values.cjs");

/**
 * The life of a Command resource, local or remote: when which of its commands runs, and what is recorded.
 * `run(command, inputs, previous, context)` carries one out, with plain values.
 */
function commandResource(shape, run) {
  const known = (properties) =>
    Object.fromEntries(Object.entries(properties).filter(([name, value]) => name in shape && value !== null));

  return {
    /** Nothing runs in a preview, and so nothing is known of what it will print. */
    previewCreate: (inputs) => ({ ...known(inputs), stdout: UNKNOWN, stderr: UNKNOWN }),

    async create(inputs, context) {
      const recorded = { ...known(inputs), stdout: "", stderr: "" };
      const plain = reveal(inputs);
      if (typeof plain.create !== "string") return recorded;
      return { ...recorded, ...(await run(plain.create, plain, { stdout: "", stderr: "" }, context)) };
    },

    /** The output of before stands in the preview only if no recorded input changes. */
    previewUpdate(olds, inputs) {
      const changes = Object.keys(shape).some(
        (name) => hasUnknown(inputs[name]) || (name in olds && !equal(inputs[name], olds[name])),
      );
      return changes ? this.previewCreate(inputs) : { ...known(inputs), ...outputsOf(olds) };
    },

    /** `update` runs, or `create` again where it is unset; with neither, the output of before stays. */
    async update(olds, inputs, context) {
      const recorded = { ...known(inputs), ...outputsOf(olds) };
      const plain = reveal(inputs);
      const command = plain.update ?? plain.create;
      if (typeof command !== "string") return recorded;
      return { ...recorded, ...(await run(command, plain, reveal(outputsOf(olds)), context)) };
    },

    /** `delete` runs with what is recorded: nothing of a newer program reaches it. */
    async delete(olds, context) {
      const plain = reveal(olds);
      if (typeof plain.delete === "string") await run(plain.delete, plain, outputsOf(plain), context);
    },
  };
}

function outputsOf(olds) {
  const outputs = { stdout: olds.stdout ?? "", stderr: olds.stderr ?? "" };
  for (const name of ["assets", "archive"]) if (olds[name] != null) outputs[name] = olds[name];
  return outputs;
}

module.exports = { commandResource };
