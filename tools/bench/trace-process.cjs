"use strict";
// Loaded before everything else in each Node process of a traced command (NODE_OPTIONS). Writes a line for what it did
// and when: its start, the loading of its modules, its calls to the engine, its end.
const fs = require("node:fs");
const path = require("node:path");
const Module = require("node:module");
const { performance } = require("node:perf_hooks");

const directory = process.env.BENCH_TRACE;
if (directory) {
  const file = path.join(directory, `${process.pid}.jsonl`);
  const write = (what, name, from, to) =>
    fs.appendFileSync(file, `${JSON.stringify({ pid: process.pid, what, name, from, to })}\n`);
  const now = () => performance.timeOrigin + performance.now();

  write("start", process.argv.slice(1).join(" "), performance.timeOrigin, now());
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    write("end", `${Math.round((user + system) / 1_000)} ms of CPU`, now(), now());
  });

  const slowest = 5;
  const load = Module.prototype.require;
  let depth = 0;
  Module.prototype.require = function (id) {
    const from = now();
    depth++;
    const loaded = load.call(this, id);
    depth--;
    // Whoever asks for it first loads it; those after it take no time.
    if (now() - from > slowest) write("load", `${depth} ${id}`, from, now());
    // In the library itself: what it makes clients from takes the methods as it finds them then.
    if (id === "./client" && loaded.Client?.prototype.makeUnaryRequest) traceCalls(loaded.Client.prototype);
    return loaded;
  };

  function traceCalls(client) {
    if (client.traced) return;
    client.traced = true;
    const unary = client.makeUnaryRequest;
    client.makeUnaryRequest = function (method, serialize, deserialize, argument, ...rest) {
      const from = now();
      const name = [method.split("/").pop(), argument?.getType?.(), argument?.getName?.()]
        .filter(Boolean)
        .join(" ");
      const done = rest.pop();
      const traced = (...results) => {
        write("call", name, from, now());
        done(...results);
      };
      return unary.call(this, method, serialize, deserialize, argument, ...rest, traced);
    };
  }
}
