// Makes a fresh clone ready to run: npm packages, PostgreSQL, HAProxy and the Pulumi CLI. Plain JavaScript without
// dependencies, because it runs before any is installed. A second run finds everything and is done at once.
import { checkNodeVersion } from "./node-version.mjs";
import { havePackages, installPackages } from "./npm-packages.mjs";
import { chooseEngine, describeEngine, isStillTheChoice } from "./pulumi-engine.mjs";
import { choosePlugin, describePlugin } from "./command-plugin.mjs";
import { findPostgres, findHaproxy, installServers } from "./servers.mjs";
import { readRecord, writeRecord } from "./record.mjs";
import { writeShim } from "./pulumi-shim.mjs";
import { withLock } from "./lock.mjs";
import { SetupProblem, say } from "./say.mjs";

try {
  checkNodeVersion();
  if (!isReady()) await withLock(makeReady);
  report();
} catch (problem) {
  if (!(problem instanceof SetupProblem)) throw problem;
  console.error(`set-up: ${problem.message}`);
  process.exitCode = 1;
}

function isReady() {
  const record = readRecord();
  return Boolean(
    record &&
    havePackages() &&
    isStillTheChoice(record.engine) &&
    findPostgres(record) &&
    findHaproxy(record),
  );
}

async function makeReady() {
  if (!havePackages()) installPackages();
  const servers = installServers();
  const engine = await chooseEngine(readRecord()?.engine);
  const plugin = await choosePlugin(engine);
  const shim = writeShim(engine, plugin);
  writeRecord({ ...servers, pulumi: shim, engine, plugin });
}

function report() {
  const record = readRecord();
  const parts = [
    describeEngine(record.engine),
    describePlugin(record.plugin),
    `PostgreSQL ${record.postgresVersion}`,
    `HAProxy ${record.haproxyVersion}`,
  ];
  say(`ready: ${parts.join("; ")}`);
}
