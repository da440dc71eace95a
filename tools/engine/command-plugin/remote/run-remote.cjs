"use strict";
const { captureOutput } = require("../captured-output.cjs");
const { previousOutput } = require("../run-local.cjs");
const { connect } = require("./connect.cjs");
const { waitForEnvironment } = require("./session-environment.cjs");

const ADVICE =
  "The SSH server must accept it (AcceptEnv); else prefix the command itself with the variable: VAR=value command";

/** Runs one command on a remote host as `command:remote:Command` does; resolves to `{ stdout, stderr }`. */
async function runRemote(command, inputs, previous, context) {
  const client = await connect(inputs.connection, context);
  const stop = () => client.destroy();
  context.stop.addEventListener("abort", stop);
  try {
    return await run(client, command, inputs, previous, context);
  } finally {
    context.stop.removeEventListener("abort", stop);
    client.end();
  }
}

function run(client, command, inputs, previous, { onLine, warn }) {
  const output = captureOutput(inputs.logging, onLine);
  const env = { ...inputs.environment, ...previousOutput(inputs, previous) };
  // The output of before is a convenience; what the program asks for is not.
  waitForEnvironment(client, (name) => {
    if (inputs.environment && name in inputs.environment) {
      return new Error(`could not set environment variable "${name}". ${ADVICE}`);
    }
    warn(`could not set environment variable "${name}". ${ADVICE}`);
  });
  return new Promise((resolve, reject) => {
    const fail = (how) =>
      reject(new Error(`${how}: running ${JSON.stringify(command)}:\n${output.together()}`));
    client.on("error", (problem) => fail(problem.message));
    client.on("close", () => fail("the connection was closed"));
    client.exec(command, { env }, (problem, channel) => {
      if (problem) return fail(problem.message);
      let ended = "the command ended without an exit status";
      channel.on("data", (chunk) => output.take("stdout", chunk));
      channel.stderr.on("data", (chunk) => output.take("stderr", chunk));
      channel.on("exit", (code, signal) => {
        ended =
          code === 0 ? undefined : `Process exited with ${signal ? `signal ${signal}` : `status ${code}`}`;
      });
      channel.on("close", () => {
        output.end();
        if (ended) fail(ended);
        else resolve(output.outputs());
      });
      channel.end(inputs.stdin ?? "");
    });
  });
}

module.exports = { runRemote };
