"use strict";
// The JSON protocol, spoken by hand for Secrets Manager, whose SDK client is no dependency of this project.
const { authorization } = require("./credentials.cjs");
const { serviceError } = require("./service-error.cjs");

const TARGETS = { secretsmanager: "secretsmanager" };

function jsonCaller(service, { endpoint, region }) {
  if (!TARGETS[service]) return undefined;
  return async (action, input, signal) => {
    const response = await fetch(`${endpoint}/`, {
      method: "POST",
      signal,
      headers: {
        authorization: authorization(service, region),
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `${TARGETS[service]}.${action}`,
      },
      body: JSON.stringify(input),
    });
    const answer = JSON.parse((await response.text()) || "{}");
    if (!response.ok) throw serviceError(answer.__type, answer.message ?? answer.Message, response.status);
    return answer;
  };
}

module.exports = { jsonCaller };
