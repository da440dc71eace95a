"use strict";

/** An error as the SDK's clients throw it: its code is the name. */
function serviceError(code, message, status) {
  const name = (code ?? "UnknownError").split("#").at(-1);
  return Object.assign(new Error(message ?? name), { name, $metadata: { httpStatusCode: status } });
}

/** Whether the service answered with one of these codes, with or without "Exception" or "Fault" at the end. */
function hasCode(problem, ...codes) {
  const short = (name) => name.replace(/(Exception|Fault|Error)$/, "");
  return codes.some((code) => short(String(problem?.Code ?? problem?.name ?? "")) === short(code));
}

/** "InvalidParameterException: what AWS says of it". */
function describe(problem) {
  const code = problem?.Code ?? problem?.name;
  const said = problem?.message ?? String(problem);
  return code && code !== "Error" ? `${code}: ${said}` : said;
}

module.exports = { describe, hasCode, serviceError };
