"use strict";
const { spawn } = require("node:child_process");
const grpc = require("@grpc/grpc-js");
const language = require("@pulumi/pulumi/proto/language_pb");

/** `pulumi install`: npm in the program's directory, its output streamed to the engine. */
function installDependencies(call) {
  const directory = call.request.getInfo().getProgramDirectory();
  const npm = spawn("npm", ["install"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  npm.stdout.on("data", (chunk) => call.write(new language.InstallDependenciesResponse().setStdout(chunk)));
  npm.stderr.on("data", (chunk) => call.write(new language.InstallDependenciesResponse().setStderr(chunk)));
  const fail = (details) => call.emit("error", { code: grpc.status.UNKNOWN, details });
  npm.on("error", (problem) => fail(`cannot start npm: ${problem.message}`));
  npm.on("close", (code) =>
    code === 0 ? call.end() : fail(`npm install failed in ${directory} (exit code ${code})`),
  );
}

module.exports = { installDependencies };
