"use strict";
// A stand-in for pulumi-resource-aws 7.48.0, for tests without an account: it carries out what it is asked on an emulator.
require("../../../tools/code-cache.cjs");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const grpc = require("@grpc/grpc-js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const rpc = require("@pulumi/pulumi/proto/provider_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { servePlugin } = require("../../../tools/engine/plugin-server.cjs");
const { reveal } = require("../../../tools/engine/command-plugin/property-values.cjs");
const { carryOut } = require("./carry-out.cjs");
const { Context } = require("./context.cjs");
const { diff } = require("./diff.cjs");
const { functions } = require("./functions.cjs");
const { checkInputs, dropMissing } = require("./inputs.cjs");
const { journal, subject } = require("./journal.cjs");
const life = require("./life.cjs");
const { PartialFailure, partialStatus } = require("./partial-state.cjs");
const { Settings } = require("./settings.cjs");
const { typeOf } = require("./types.cjs");
const { VERSION } = require("./version.cjs");

// What a plugin writes to stderr becomes part of the engine's output: the SDK's word on Node's age has no place there.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const settings = new Settings();
/** The contexts of the operations under way, by what stops them. */
const underWay = new Map();

const plain = (struct) => dropMissing(struct?.toJavaScript() ?? {});
const toStruct = (object) => Struct.fromJavaScript(dropMissing(object));

/** The handler of a request; a failure that leaves something behind is answered with its record. */
function answering(answer) {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (problem) => callback(statusOf(problem, call.request)),
      );
  };
}

function statusOf(problem, request) {
  if (problem instanceof PartialFailure) {
    const inputs = plain((request.getNews ?? request.getProperties).call(request));
    return partialStatus(problem, { properties: dropMissing(problem.outputs), inputs });
  }
  return {
    code: problem.grpcCode ?? grpc.status.UNKNOWN,
    details: `${problem.message || problem.name || String(problem)}`,
  };
}

/** Carries out what a request asks for, until it is done or the engine says Cancel. */
async function run(op, request, id, action) {
  const stopper = new AbortController();
  const context = new Context(settings, { stop: stopper.signal, seconds: request.getTimeout?.() ?? 0 });
  underWay.set(stopper, context);
  try {
    return await carryOut({ op, urn: request.getUrn(), id }, context, () => action(context));
  } finally {
    underWay.delete(stopper);
  }
}

const updateOf = (request) => ({
  id: request.getId(),
  olds: plain(request.getOlds()),
  oldInputs: plain(request.getOldInputs()),
  news: plain(request.getNews()),
  ignored: request.getIgnorechangesList(),
});

const handlers = {
  handshake: answering(() => new rpc.ProviderHandshakeResponse().setAcceptSecrets(true)),
  // Who debugs it starts it first, and names its port to the engine in PULUMI_DEBUG_PROVIDERS.
  attach: answering(() => new Empty()),
  getPluginInfo: answering(() => new PluginInfo().setVersion(VERSION)),
  checkConfig: answering((request) => new rpc.CheckResponse().setInputs(request.getNews())),
  diffConfig: answering((request) => {
    const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
    const region = (struct) => reveal(plain(struct)).region;
    const moved = region(request.getOldInputs()) !== region(request.getNews());
    const response = new rpc.DiffResponse().setChanges(moved ? DIFF_SOME : DIFF_NONE);
    return moved ? response.setReplacesList(["region"]) : response;
  }),
  configure: answering((request) => {
    const variables = request.getVariablesMap().getEntryList?.() ?? [];
    const config = variables.map(([key, value]) => [key.split(":").at(-1), value]);
    settings.configure({ ...Object.fromEntries(config), ...reveal(plain(request.getArgs())) });
    return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }),

  check: answering((request) => {
    const type = typeOf(request.getUrn());
    const inputs = checkInputs(type, {
      urn: request.getUrn(),
      olds: plain(request.getOlds()),
      news: plain(request.getNews()),
      seed: Buffer.from(request.getRandomseed_asU8()),
    });
    const response = new rpc.CheckResponse().setInputs(toStruct(inputs));
    for (const { property, reason } of type.check?.(reveal(inputs)) ?? []) {
      response.addFailures(new rpc.CheckFailure().setProperty(property).setReason(reason));
    }
    return response;
  }),

  diff: answering((request) => {
    const { response, replaces } = diff(typeOf(request.getUrn()), updateOf(request), (inputs) =>
      settings.tagsAll(inputs.tags),
    );
    if (replaces) {
      journal({ ...subject("diff-replace", request.getUrn()), id: request.getId(), ok: true, calls: [] });
    }
    return response;
  }),

  create: answering(async (request) => {
    const type = typeOf(request.getUrn());
    const inputs = plain(request.getProperties());
    if (request.getPreview()) {
      return new rpc.CreateResponse().setProperties(toStruct(life.previewCreate(type, inputs, settings)));
    }
    const { id, outputs } = await run("create", request, undefined, (context) =>
      life.create(type, inputs, context),
    );
    return new rpc.CreateResponse().setId(id).setProperties(toStruct(outputs));
  }),

  read: answering(async (request) => {
    const type = typeOf(request.getUrn());
    const found = await run("read", request, request.getId(), (context) =>
      life.read(type, request.getId(), plain(request.getProperties()), plain(request.getInputs()), context),
    );
    if (!found) return new rpc.ReadResponse();
    const { id, outputs, inputs } = found;
    return new rpc.ReadResponse().setId(id).setProperties(toStruct(outputs)).setInputs(toStruct(inputs));
  }),

  update: answering(async (request) => {
    const type = typeOf(request.getUrn());
    const change = updateOf(request);
    const outputs = request.getPreview()
      ? life.previewUpdate(type, change, settings)
      : await run("update", request, change.id, (context) => life.update(type, change, context));
    return new rpc.UpdateResponse().setProperties(toStruct(outputs));
  }),

  delete: answering(async (request) => {
    const type = typeOf(request.getUrn());
    const olds = plain(request.getProperties());
    await run("delete", request, request.getId(), (context) =>
      life.remove(type, request.getId(), olds, context),
    );
    return new Empty();
  }),

  invoke: answering(async (request) => {
    const invoke = functions[request.getTok()];
    if (!invoke) throw new Error(`the stand-in for the aws plugin has no function ${request.getTok()}`);
    const context = new Context(settings, { stop: new AbortController().signal });
    const answer = await invoke(reveal(plain(request.getArgs())), context);
    return new rpc.InvokeResponse().setReturn(toStruct(answer));
  }),

  cancel: answering(() => {
    for (const stopper of underWay.keys()) stopper.abort(new Error("the operation was cancelled"));
    return new Empty();
  }),
};

servePlugin(ResourceProviderService, handlers, (reason) => {
  if (reason === "interrupted") process.exit(0);
  // The engine died. Calls under way run to their end, as the real plugin's do; one that hangs on purpose does not count.
  setInterval(() => {
    if ([...underWay.values()].every((context) => context.hanging)) process.exit(0);
  }, 50);
});
