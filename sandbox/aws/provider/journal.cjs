"use strict";
const fs = require("node:fs");
const { logicalName } = require("./names.cjs");

/** Appends one line to the journal, if the environment names one. A single write, so that plugins may share the file. No values of inputs or outputs: they may be secret. */
function journal(entry) {
  const file = process.env.AWS_PROVIDER_JOURNAL;
  if (file) fs.appendFileSync(file, `${JSON.stringify({ at: Date.now(), pid: process.pid, ...entry })}\n`);
}

/** What every line says of its resource. */
function subject(op, urn) {
  return { op, type: urn.split("::")[2].split("$").at(-1), name: logicalName(urn), urn };
}

module.exports = { journal, subject };
