"use strict";
// The types and functions that the plugin serves, by their tokens.
const { ANY_LIST, FLAG, LOGGING, TEXT, TEXT_MAP, TEXTS, checkInputs } = require("./check.cjs");
const { commandResource } = require("./command-resource.cjs");
const { runLocal } = require("./run-local.cjs");

const LIFE = { triggers: ANY_LIST, create: TEXT, update: TEXT, delete: TEXT };
const LOCAL = {
  stdin: TEXT,
  logging: LOGGING,
  interpreter: TEXTS,
  dir: TEXT,
  environment: TEXT_MAP,
  assetPaths: TEXTS,
  archivePaths: TEXTS,
  addPreviousOutputInEnv: FLAG,
};
const LOCAL_COMMAND = { ...LIFE, ...LOCAL };
const LOCAL_RUN = { ...LOCAL, command: TEXT };

const resources = {
  "command:local:Command": {
    ...commandResource(LOCAL_COMMAND, runLocal),
    check: (news) => checkInputs(news, LOCAL_COMMAND, []),
    replaces: (input) => input === "triggers",
    nameInId: true,
  },
};

const functions = {
  async "command:local:run"(args, context) {
    const { inputs, failures } = checkInputs(args, LOCAL_RUN, ["command"]);
    if (failures.length > 0) return { failures };
    const printed = await runLocal(inputs.command, inputs, { stdout: "", stderr: "" }, context);
    return { outputs: { ...inputs, ...printed } };
  },
};

module.exports = { functions, resources };
