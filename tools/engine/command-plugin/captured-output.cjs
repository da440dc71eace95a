"use strict";
const { StringDecoder } = require("node:string_decoder");
const { lineCutter } = require("./engine-log.cjs");

/** Collects what a command prints: each stream for the outputs, both together for the error, lines for the log. */
function captureOutput(logging, onLine) {
  const chunks = { stdout: [], stderr: [] };
  const together = [];
  const lines = lineCutter(onLine);
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  return {
    take(stream, chunk) {
      chunks[stream].push(chunk);
      together.push(chunk);
      if (logs(logging, stream)) lines.push(decoders[stream].write(chunk));
    },
    end: () => lines.end(),
    outputs: () => ({ stdout: text(chunks.stdout), stderr: text(chunks.stderr) }),
    together: () => Buffer.concat(together).toString("utf8"),
  };
}

function logs(logging, stream) {
  return logging === undefined || logging === "stdoutAndStderr" || logging === stream;
}

function text(chunks) {
  return Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
}

module.exports = { captureOutput };
