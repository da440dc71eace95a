"use strict";
const fs = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");

const LOCK_MILLISECONDS = 10;

/**
 * The fault for this operation, if the file that the environment names has one; it is counted down there. Several plugins
 * may read the file at the same time, so it is changed under a lock and replaced as a whole.
 */
async function takeFault({ op, type, name }) {
  const file = process.env.AWS_PROVIDER_FAULTS;
  if (!file || !fs.existsSync(file)) return undefined;
  const unlock = await lock(`${file}.lock`);
  try {
    const faults = JSON.parse(fs.readFileSync(file, "utf8"));
    const fault = faults.find(
      (one) =>
        one.op === op &&
        one.times > 0 &&
        (one.type === undefined || one.type === type) &&
        (one.name === undefined || (one.exact ? name === one.name : name.includes(one.name))),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(faults));
    fs.renameSync(`${file}.${process.pid}`, file);
    return fault;
  } finally {
    unlock();
  }
}

async function lock(directory) {
  for (;;) {
    try {
      fs.mkdirSync(directory);
      return () => fs.rmdirSync(directory);
    } catch (problem) {
      if (problem.code !== "EEXIST") throw problem;
    }
    await sleep(LOCK_MILLISECONDS);
  }
}

/** Tells the test that the point is reached, and never goes on: the test kills the engine there. */
function hang() {
  fs.writeFileSync(`${process.env.AWS_PROVIDER_FAULTS}.reached`, "");
  return new Promise(() => {});
}

module.exports = { hang, takeFault };
