"use strict";
const { spawn } = require("node:child_process");
const { captureOutput } = require("./captured-output.cjs");

/**
 * Runs one command on this machine as `command:local` does. `inputs` and `previous` (the outputs of the last run)
 * are plain values; `stop` is an AbortSignal that kills the command. Resolves to `{ stdout, stderr }`.
 *
 * A command has ended when its output has: a process that it leaves behind and that holds its output keeps it open.
 */
async function runLocal(command, inputs, previous, { onLine, stop }) {
  const wanted = ["assetPaths", "archivePaths"].find((name) => inputs[name]?.length);
  if (wanted) {
    throw new Error(
      `${wanted} is not supported by the stand-in for the command plugin: install the official one`,
    );
  }
  const [program, ...args] = inputs.interpreter?.length ? inputs.interpreter : ["/bin/sh", "-c"];
  const output = captureOutput(inputs.logging, onLine);
  const child = spawn(program, [...args, command], {
    cwd: inputs.dir,
    env: { ...process.env, ...inputs.environment, ...previousOutput(inputs, previous) },
    // The official provider's commands share its process group too: what outlives a command needs its own session.
    stdio: [inputs.stdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (chunk) => output.take("stdout", chunk));
  child.stderr?.on("data", (chunk) => output.take("stderr", chunk));
  // A command need not read what it is given.
  child.stdin?.on("error", () => {});
  child.stdin?.end(inputs.stdin);
  const kill = () => child.kill("SIGKILL");
  stop.addEventListener("abort", kill);
  if (stop.aborted) kill();

  return new Promise((resolve, reject) => {
    const fail = (how) =>
      reject(new Error(`${how}: running ${JSON.stringify(command)}:\n${output.together()}`));
    child.on("error", (problem) => fail(describeStart(problem, program, inputs.dir)));
    child.on("close", (code, signal) => {
      output.end();
      if (code === 0) resolve(output.outputs());
      else fail(signal ? `signal: ${describeSignal(signal)}` : `exit status ${code}`);
    });
  }).finally(() => stop.removeEventListener("abort", kill));
}

function previousOutput(inputs, previous) {
  const environment = {};
  if (inputs.addPreviousOutputInEnv === false) return environment;
  if (previous.stdout) environment.PULUMI_COMMAND_STDOUT = previous.stdout;
  if (previous.stderr) environment.PULUMI_COMMAND_STDERR = previous.stderr;
  return environment;
}

function describeStart(problem, program, dir) {
  if (problem.code !== "ENOENT") return `cannot start ${program}: ${problem.message}`;
  // Node gives the same answer for a missing program and a missing directory.
  const what = dir === undefined ? program : `${program} in ${dir}`;
  return `cannot start ${what}: no such file or directory`;
}

const SIGNALS = { SIGKILL: "killed", SIGTERM: "terminated", SIGINT: "interrupt", SIGHUP: "hangup" };

function describeSignal(signal) {
  return SIGNALS[signal] ?? signal;
}

module.exports = { previousOutput, runLocal };
