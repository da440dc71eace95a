"use strict";
const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const path = require("node:path");
const { readOptions } = require("./options.cjs");

// The SDK exits with this code when it has shown the error to the user already.
const ALREADY_REPORTED = 32;
// How long a cancelled program may take to stop, and how long we wait for output that a left-over child holds.
const PATIENCE_MS = 5000;

/**
 * Runs the user's program through the SDK's own runner and says how it ended: `{ error, bail }` as the engine
 * wants it. What the program prints goes to our stdout and stderr, which the engine shows.
 */
function runProgram(request, engine, running) {
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const options = readOptions(info.getOptions()?.toJavaScript() ?? {});
  const args = [
    "--require",
    require.resolve("./quick-errors.cjs"),
    ...options.nodeArgs,
    findRunner(directory),
    ...runnerArgs(request, engine),
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...programEnvironment(request, options) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  running.add(child);
  return new Promise((resolve) => {
    child.on("error", (problem) => {
      running.delete(child);
      resolve({ error: `could not start the program: ${problem.message}`, bail: false });
    });
    child.on("exit", (code, signal) => {
      running.delete(child);
      const outcome = outcomeOf(code, signal);
      child.on("close", () => resolve(outcome));
      setTimeout(() => resolve(outcome), PATIENCE_MS).unref();
    });
  });
}

function outcomeOf(code, signal) {
  if (code === 0) return { error: "", bail: false };
  if (code === ALREADY_REPORTED) return { error: "", bail: true };
  const how = signal ? `was ended by ${signal}` : `exited with non-zero exit code: ${code}`;
  return { error: `Program ${how}`, bail: false };
}

/** The runner belongs to the program's own SDK, so that both speak the same protocol. */
function findRunner(directory) {
  try {
    return createRequire(path.join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  } catch (problem) {
    if (problem.code !== "MODULE_NOT_FOUND") throw problem;
    throw new Error(`@pulumi/pulumi is not installed in ${directory}: run \`npm install\` there`, {
      cause: problem,
    });
  }
}

function runnerArgs(request, engine) {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  const dryRun = request.getDryrun() ? ["--dry-run"] : [];
  return [...given, ...dryRun, info.getEntryPoint() || ".", ...request.getArgsList()];
}

function programEnvironment(request, options) {
  const environment = {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  if (options.typescript) environment.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (options.tsconfig) environment.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return environment;
}

/** Asks every running program to stop, and makes it if it does not. */
function stopPrograms(running) {
  for (const child of running) {
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS).unref();
  }
}

module.exports = { runProgram, stopPrograms };
