"use strict";
const { setTimeout: sleep } = require("node:timers/promises");
const { jsonCaller } = require("./wire/json.cjs");
const { queryCaller } = require("./wire/query.cjs");
const { sdkCaller } = require("./wire/sdk.cjs");
const { describe } = require("./wire/service-error.cjs");

const POLL_MILLISECONDS = 500;

const callers = new Map();

function callerOf(service, settings) {
  const options = { endpoint: settings.emulator(), region: settings.region };
  const key = JSON.stringify([service, options]);
  if (!callers.has(key)) {
    const caller =
      sdkCaller(service, options) ?? queryCaller(service, options) ?? jsonCaller(service, options);
    callers.set(key, caller);
  }
  return callers.get(key);
}

/**
 * What one operation on one resource works with: the calls it makes, how it waits, and what it tells the journal.
 * `stop` is an AbortSignal, `seconds` the resource's own time limit (`customTimeouts`), 0 for none.
 */
class Context {
  calls = [];
  /** The weights that were written, by target group. */
  weights = undefined;
  /** Set where a test's fault makes the operation wait for ever. */
  hanging = false;

  constructor(settings, { stop, seconds = 0 }) {
    this.settings = settings;
    this.stop = stop;
    this.seconds = seconds;
  }

  get region() {
    return this.settings.region;
  }

  /** One call of a service's action, by the names that AWS gives them. */
  call(service, action, input = {}) {
    this.calls.push(`${service}:${action}`);
    return callerOf(service, this.settings)(action, input, this.stop);
  }

  tagsAll(inputs) {
    return this.settings.tagsAll(inputs.tags);
  }

  /** Asks again and again until the answer is not undefined. */
  async until(what, minutes, ask) {
    const deadline = Date.now() + (this.seconds > 0 ? this.seconds * 1000 : minutes * 60_000);
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (Date.now() > deadline) throw new Error(`${what}: timeout while waiting`);
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.stop });
    }
  }

  /** Repeats what may be refused for a while: the real plugin has minutes for it, a test has not. */
  async retrying(mayPass, attempt) {
    const deadline = Date.now() + Number(process.env.AWS_PROVIDER_PATIENCE_MS ?? 3000);
    for (;;) {
      try {
        return await attempt();
      } catch (problem) {
        if (!mayPass(problem) || Date.now() > deadline) throw problem;
      }
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.stop });
    }
  }

  /** Says which step failed, as the real plugin does: "creating ELBv2 Listener Rule: …". */
  async step(what, action) {
    try {
      return await action();
    } catch (problem) {
      throw Object.assign(new Error(`${what}: ${describe(problem)}`), { cause: problem });
    }
  }
}

module.exports = { Context };
