"use strict";
// A stand-in for pulumi-resource-command 1.2.1, for machines that cannot download it. It keeps to the documented
// behaviour of the official one, so that a stack may go from one to the other.
require("../../code-cache.cjs");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const grpc = require("@grpc/grpc-js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const provider = require("@pulumi/pulumi/proto/provider_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { answering, engineAddress, servePlugin } = require("../plugin-server.cjs");
const { changesBetween } = require("./diff.cjs");
const { diffResponse } = require("./diff-response.cjs");
const { EngineLog } = require("./engine-log.cjs");
const { newId } = require("./new-id.cjs");
const { Operations } = require("./operations.cjs");
const { reveal } = require("./property-values.cjs");
const { functions, resources } = require("./tokens.cjs");

const VERSION = "1.2.1";
const log = new EngineLog(engineAddress());
const operations = new Operations(log);

const plain = (struct) => struct?.toJavaScript() ?? {};
const toStruct = (object) => Struct.fromJavaScript(object);

function resourceOf(urn) {
  const token = urn.split("::")[2].split("$").at(-1);
  return resources[token] ?? unsupported(`resource type ${token}`);
}

function unsupported(what) {
  throw Object.assign(new Error(`the stand-in for the command plugin does not know the ${what}`), {
    grpcCode: grpc.status.UNIMPLEMENTED,
  });
}

const handlers = {
  handshake: answering(() => new provider.ProviderHandshakeResponse().setAcceptSecrets(true)),
  getPluginInfo: answering(() => new PluginInfo().setVersion(VERSION)),
  checkConfig: answering((request) => new provider.CheckResponse().setInputs(request.getNews())),
  diffConfig: answering(() =>
    new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
  ),
  configure: answering(() =>
    new provider.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
  ),

  check: answering((request) => {
    const { inputs, failures } = resourceOf(request.getUrn()).check(plain(request.getNews()));
    const response = new provider.CheckResponse().setInputs(toStruct(inputs));
    for (const { property, reason } of failures) {
      response.addFailures(new provider.CheckFailure().setProperty(property).setReason(reason));
    }
    return response;
  }),

  diff: answering((request) => {
    const resource = resourceOf(request.getUrn());
    const news = plain(request.getNews());
    for (const name of request.getIgnorechangesList()) {
      const recorded = plain(request.getOlds())[name];
      if (recorded !== undefined) news[name] = recorded;
    }
    return diffResponse(changesBetween(plain(request.getOldInputs()), news), resource);
  }),

  create: answering(async (request) => {
    const resource = resourceOf(request.getUrn());
    const inputs = plain(request.getProperties());
    const outputs = request.getPreview()
      ? resource.previewCreate(inputs)
      : await operations.run(request, (context) => resource.create(inputs, context));
    const id = newId(resource.nameInId ? request.getUrn() : "");
    return new provider.CreateResponse().setId(id).setProperties(toStruct(outputs));
  }),

  read: answering((request) =>
    new provider.ReadResponse()
      .setId(request.getId())
      .setProperties(request.getProperties())
      .setInputs(request.getInputs()),
  ),

  update: answering(async (request) => {
    const resource = resourceOf(request.getUrn());
    const olds = plain(request.getOlds());
    const news = plain(request.getNews());
    const outputs = request.getPreview()
      ? resource.previewUpdate(olds, news)
      : await operations.run(request, (context) => resource.update(olds, news, context));
    return new provider.UpdateResponse().setProperties(toStruct(outputs));
  }),

  delete: answering(async (request) => {
    const olds = plain(request.getProperties());
    await operations.run(request, (context) => resourceOf(request.getUrn()).delete(olds, context));
    return new Empty();
  }),

  invoke: answering(async (request) => {
    const invoke = functions[request.getTok()] ?? unsupported(`function ${request.getTok()}`);
    const args = reveal(plain(request.getArgs()));
    const { outputs, failures } = await operations.run(undefined, (context) => invoke(args, context));
    const response = new provider.InvokeResponse();
    if (outputs) response.setReturn(toStruct(outputs));
    for (const { property, reason } of failures ?? []) {
      response.addFailures(new provider.CheckFailure().setProperty(property).setReason(reason));
    }
    return response;
  }),

  cancel: answering(() => {
    operations.cancel();
    return new Empty();
  }),
};

servePlugin(ResourceProviderService, handlers, (reason) => {
  if (reason === "interrupted") process.exit(0);
  // The engine died. What runs may be half-way through a change, so it runs to its end; then nobody needs us.
  operations.idle().then(() => process.exit(0));
});
