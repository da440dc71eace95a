"use strict";

/** The operations under way: each can be stopped by the engine's Cancel or by its own time limit. */
class Operations {
  #log;
  #underWay = new Set();
  #stopping = new Set();
  #cancelled = false;

  constructor(log) {
    this.#log = log;
  }

  /** Runs one operation for a request that may name a urn and a time limit (`customTimeouts`) in seconds. */
  async run(request, operation) {
    const stopper = new AbortController();
    if (this.#cancelled) stopper.abort();
    this.#stopping.add(stopper);
    const seconds = request?.getTimeout?.() ?? 0;
    const limit = seconds > 0 ? setTimeout(() => stopper.abort(), seconds * 1000) : undefined;
    const urn = request?.getUrn() ?? "";
    const context = {
      stop: stopper.signal,
      onLine: (line) => this.#log.status(urn, line),
      warn: (message) => this.#log.warn(urn, message),
      error: (message) => this.#log.error(urn, message),
    };
    const outcome = operation(context).finally(() => this.#log.flushed());
    this.#underWay.add(outcome);
    try {
      return await outcome;
    } finally {
      clearTimeout(limit);
      this.#underWay.delete(outcome);
      this.#stopping.delete(stopper);
    }
  }

  /** Stops what runs and what comes; at the end of a normal run this finds nothing to stop. */
  cancel() {
    this.#cancelled = true;
    for (const stopper of this.#stopping) stopper.abort();
  }

  async idle() {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
  }
}

module.exports = { Operations };
