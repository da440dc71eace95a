"use strict";
const grpc = require("@grpc/grpc-js");

// The engine sends whole states; the default limit of 4 MB is soon too small for them.
const MESSAGE_LIMIT = 400 * 1024 * 1024;

/**
 * Serves one gRPC service the way the engine expects of a plugin: on a free loopback port, whose number is
 * the first line on stdout, until the engine goes.
 *
 * `whenEngineGoes(reason)` is told once, with "interrupted" (the engine closes its plugins with SIGINT) or
 * "abandoned" (the engine died: the other end of stdin is closed, which even a SIGKILL of it does).
 */
function servePlugin(service, handlers, whenEngineGoes) {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_LIMIT,
    "grpc.max_send_message_length": MESSAGE_LIMIT,
  });
  server.addService(service, handlers);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (problem, port) => {
    if (problem) {
      process.stderr.write(`cannot listen on a loopback port: ${problem.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });

  let told = false;
  const tell = (reason) => {
    if (!told) {
      told = true;
      whenEngineGoes(reason);
    }
  };
  process.on("SIGINT", () => tell("interrupted"));
  process.on("SIGTERM", () => tell("interrupted"));
  // Whoever reads our output may be gone already; that must not end a command that still runs.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  process.stdin.on("end", () => tell("abandoned"));
  process.stdin.on("error", () => tell("abandoned"));
  process.stdin.resume();
}

/** Turns an async function of the request into a gRPC handler. */
function answering(answer) {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request, call))
      .then(
        (response) => callback(null, response),
        (problem) =>
          callback({
            code: problem.grpcCode ?? grpc.status.UNKNOWN,
            details: problem.message ?? String(problem),
          }),
      );
  };
}

/** The address of the engine is the last argument; flags such as --tracing come before it. */
function engineAddress(argv = process.argv) {
  const last = argv.slice(2).at(-1);
  return last && !last.startsWith("-") ? last : "";
}

module.exports = { servePlugin, answering, engineAddress };
