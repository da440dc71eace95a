"use strict";
const { captureOutput } = require("../captured-output.cjs");
const { previousOutput } = require("../run-local.cjs");
const { connect } = require("./connect.cjs");

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

function run(client, command, inputs, previous, { onLine }) {
  const output = captureOutput(inputs.logging, onLine);
  // The server takes those that its AcceptEnv names, and silently drops the others.
  const env = { ...inputs.environment, ...previousOutput(inputs, previous) };
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
