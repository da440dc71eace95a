"use strict";
// The language host: what the engine starts to run a program in Node. The vendor ships one beside the engine;
// this one serves where the engine had to be built and no host could be downloaded with it.
require("../../code-cache.cjs");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const language = require("@pulumi/pulumi/proto/language_pb");
const plugin = require("@pulumi/pulumi/proto/plugin_pb");
const { answering, engineAddress, servePlugin } = require("../plugin-server.cjs");
const { programDependencies } = require("./dependencies.cjs");
const { installDependencies } = require("./install.cjs");
const { runProgram, stopPrograms } = require("./run-program.cjs");

const engine = engineAddress();
const running = new Set();

const handlers = {
  handshake: answering(() => new language.LanguageHandshakeResponse()),
  getPluginInfo: answering(() => new plugin.PluginInfo().setVersion("0.0.0-gateway-upgrade")),
  // None: what a program needs is found when it is used, and nothing is downloaded ahead of it.
  getRequiredPlugins: answering(() => new language.GetRequiredPluginsResponse()),
  getRequiredPackages: answering(() => new language.GetRequiredPackagesResponse()),
  runtimeOptionsPrompts: answering(() => new language.RuntimeOptionsResponse()),
  run: answering(async (request) => {
    const { error, bail } = await runProgram(request, engine, running);
    return new language.RunResponse().setError(error).setBail(bail);
  }),
  about: answering(() =>
    new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  getProgramDependencies: answering((request) => programDependencies(request)),
  installDependencies,
  cancel: answering(() => {
    stopPrograms(running);
    return new Empty();
  }),
};

servePlugin(LanguageRuntimeService, handlers, (reason) => {
  // An interrupt reaches the program too: it is in our process group. Abandoned, it has to be told.
  if (reason === "abandoned") stopPrograms(running);
  process.exit(0);
});
