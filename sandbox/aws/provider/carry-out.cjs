"use strict";
const { hang, takeFault } = require("./faults.cjs");
const { journal, subject } = require("./journal.cjs");

/**
 * Carries one operation out: two lines in the journal around it, and the fault that a test has set for it. A fault "before"
 * does nothing; one "after" does it all and fails then, which leaves no record of what was done.
 */
async function carryOut({ op, urn, id }, context, action) {
  const about = subject(op, urn);
  journal({ ...about, phase: "begin", id });
  let done;
  let ok = false;
  try {
    const fault = await takeFault(about);
    if (fault?.when === "before") await fail(fault, about, context);
    done = await action();
    if (fault) await fail(fault, about, context);
    ok = true;
    return done;
  } finally {
    const { calls, weights } = context;
    journal({ ...about, phase: "end", id: done?.id ?? id, ok, calls, ...(weights && { weights }) });
  }
}

async function fail(fault, { op, name }, context) {
  if (fault.hang) {
    context.hanging = true;
    await hang();
  }
  throw new Error(`injected fault: the ${op} of ${name} fails ${fault.when} it is done`);
}

module.exports = { carryOut };
