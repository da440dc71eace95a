"use strict";
const grpc = require("@grpc/grpc-js");
const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb");

/** Sends lines to the engine's display, in order. `status` lines are passing: they show beside the resource. */
class EngineLog {
  #client;
  #sent = Promise.resolve();

  constructor(address) {
    this.#client = address && new EngineClient(address, grpc.credentials.createInsecure());
  }

  status(urn, message) {
    this.#send(urn, message, LogSeverity.INFO, true);
  }

  warn(urn, message) {
    this.#send(urn, message, LogSeverity.WARNING, false);
  }

  error(urn, message) {
    this.#send(urn, message, LogSeverity.ERROR, false);
  }

  /** Resolves when everything said so far has arrived, or cannot arrive any more. */
  flushed() {
    return this.#sent;
  }

  #send(urn, message, severity, ephemeral) {
    if (!this.#client) return;
    const request = new LogRequest()
      .setSeverity(severity)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(ephemeral);
    // A line that does not arrive (the engine died) must not disturb the command whose line it is.
    const send = () => new Promise((resolve) => this.#client.log(request, () => resolve()));
    this.#sent = this.#sent.then(send);
  }
}

/** Cuts a stream of text into lines; the last one may lack its line end. */
function lineCutter(onLine) {
  let rest = "";
  return {
    push(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      lines.forEach((line) => onLine(line.replace(/\r$/, "")));
    },
    end() {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}

module.exports = { EngineLog, lineCutter };
