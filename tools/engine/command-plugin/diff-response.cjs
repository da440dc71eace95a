"use strict";
const { DiffResponse, PropertyDiff } = require("@pulumi/pulumi/proto/provider_pb");
const { inputOf } = require("./diff.cjs");

const { Kind } = PropertyDiff;
const KINDS = { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE };
const REPLACING = { add: Kind.ADD_REPLACE, delete: Kind.DELETE_REPLACE, update: Kind.UPDATE_REPLACE };

/** The engine's answer to a list of changes; `replaces(input)` says for which inputs a change means a new resource. */
function diffResponse(changes, { replaces }) {
  const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setHasdetaileddiff(true);
  for (const { path, kind } of changes) {
    const replacing = replaces(inputOf(path));
    // The engine's short diff names whole inputs: a path below one would be left out of it.
    if (!response.getDiffsList().includes(inputOf(path))) response.addDiffs(inputOf(path));
    if (replacing) response.addReplaces(path);
    response
      .getDetaileddiffMap()
      .set(path, new PropertyDiff().setKind((replacing ? REPLACING : KINDS)[kind]));
  }
  return response;
}

module.exports = { diffResponse };
