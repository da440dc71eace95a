"use strict";
const { MARK, hasUnknown, reveal } = require("../property-values.cjs");
const { ANY_LIST, OBJECT, TEXT, checkInputs } = require("../check.cjs");
const { copyToRemote } = require("./copy.cjs");

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const SHAPE = { connection: OBJECT, triggers: ANY_LIST, source: OBJECT, remotePath: TEXT };

/** The life of a CopyToRemote resource: what is recorded is what was asked for; a delete leaves the copy there. */
const copyResource = {
  check(news) {
    const { inputs, failures } = checkInputs(news, SHAPE, ["connection", "source", "remotePath"]);
    const wrong = inputs.source && !hasUnknown(inputs.source) && whyNotCopied(reveal(inputs.source));
    return { inputs, failures: wrong ? [...failures, wrong] : failures };
  },
  previewCreate: (inputs) => inputs,
  previewUpdate: (_olds, inputs) => inputs,
  async create(inputs, context) {
    await copyToRemote(reveal(inputs), context);
    return inputs;
  },
  async update(olds, inputs, context) {
    const [old, now] = [reveal(olds), reveal(inputs)];
    const same = old.source?.hash === now.source.hash && old.remotePath === now.remotePath;
    if (!same) await copyToRemote(now, context);
    return inputs;
  },
  async delete() {},
  replaces: (input) => input === "triggers",
  nameInId: false,
};

function whyNotCopied(source) {
  if (source[MARK] === ARCHIVE) {
    const reason = "archive must be a path to a file or directory";
    return typeof source.path === "string" ? undefined : { property: "archive", reason };
  }
  if (source[MARK] !== ASSET) return { property: "asset", reason: "either asset or archive must be set" };
  const reason = "asset must be a path-based file asset or a text asset";
  return typeof source.path === "string" || typeof source.text === "string"
    ? undefined
    : { property: "asset", reason };
}

module.exports = { copyResource };
