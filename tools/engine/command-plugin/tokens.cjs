"use strict";
// The types and functions that the plugin serves, by their tokens.
const { ANY_LIST, FLAG, LOGGING, OBJECT, TEXT, TEXT_MAP, TEXTS, checkInputs } = require("./check.cjs");
const { commandResource } = require("./command-resource.cjs");
const { hasUnknown, reveal, secret } = require("./property-values.cjs");
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
const REMOTE_COMMAND = {
  ...LIFE,
  stdin: TEXT,
  logging: LOGGING,
  connection: OBJECT,
  environment: TEXT_MAP,
  addPreviousOutputInEnv: FLAG,
};

// SSH is a large library: it is loaded by those who use it.
const runRemote = (...args) => require("./remote/run-remote.cjs").runRemote(...args);
const copyResource = () => require("./remote/copy-resource.cjs").copyResource;

/** How to reach a host is recorded whole, with its defaults, and as a secret. */
function secretConnection({ inputs, failures }) {
  const connection = reveal(inputs.connection);
  if (connection === undefined || hasUnknown(connection)) return { inputs, failures };
  const { withDefaults } = require("./remote/connect.cjs");
  const missing =
    typeof connection.host === "string" ? [] : [{ property: "connection", reason: "host is missing" }];
  return {
    inputs: { ...inputs, connection: secret(withDefaults(connection)) },
    failures: [...failures, ...missing],
  };
}

const resources = {
  "command:local:Command": {
    ...commandResource(LOCAL_COMMAND, runLocal),
    check: (news) => checkInputs(news, LOCAL_COMMAND, []),
    replaces: (input) => input === "triggers",
    nameInId: true,
  },
  "command:remote:Command": {
    ...commandResource(REMOTE_COMMAND, runRemote),
    check: (news) => secretConnection(checkInputs(news, REMOTE_COMMAND, ["connection"])),
    replaces: (input) => input === "triggers",
    nameInId: true,
  },
  get "command:remote:CopyToRemote"() {
    const resource = copyResource();
    return { ...resource, check: (news) => secretConnection(resource.check(news)) };
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
