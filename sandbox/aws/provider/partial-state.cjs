"use strict";
const grpc = require("@grpc/grpc-js");
const { Any } = require("google-protobuf/google/protobuf/any_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { ErrorResourceInitFailed } = require("@pulumi/pulumi/proto/provider_pb");
const { Status } = require("@pulumi/pulumi/proto/status_pb");

/**
 * A failure of something that exists all the same, such as a service that does not get steady: thrown with the id and the
 * outputs, so that the engine records it and the next update finds it.
 */
class PartialFailure extends Error {
  constructor(problem, { id, outputs }) {
    super(problem.message, { cause: problem });
    this.id = id;
    this.outputs = outputs;
  }
}

/** As gRPC carries it: the record travels in the trailers. */
function partialStatus(problem, { properties, inputs }) {
  const failed = new ErrorResourceInitFailed()
    .setId(problem.id)
    .setProperties(Struct.fromJavaScript(properties))
    .setInputs(Struct.fromJavaScript(inputs))
    .setReasonsList([problem.message]);
  const details = new Any();
  details.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status()
    .setCode(grpc.status.UNKNOWN)
    .setMessage(problem.message)
    .setDetailsList([details]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: problem.message, metadata };
}

module.exports = { PartialFailure, partialStatus };
