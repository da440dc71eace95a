import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";

export type Properties = Record<string, JavaScriptValue>;

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const MARK = "4dabf18193072939515e22adb298388d";

/** A secret as the engine writes it. */
export const secret = (value: JavaScriptValue): Properties => ({
  [MARK]: "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A text asset as the engine writes it. */
export const textAsset = (text: string): Properties => ({
  [MARK]: "c44067f5952c0a294b673a41bacd8c17",
  text,
  hash: `hash of ${text}`,
});

/** What the engine would have been told to show. */
interface Logged {
  message: string;
  severity: number;
}

/** The stand-in as a process, spoken to as the engine does. */
export class StandIn {
  readonly logged: Logged[] = [];
  #engine = new grpc.Server();
  #client!: ResourceProviderClient;
  #process!: ReturnType<typeof spawn>;

  static async start(): Promise<StandIn> {
    const standIn = new StandIn();
    const engine = await standIn.#listen();
    const main = path.resolve("tools/engine/command-plugin/main.cjs");
    standIn.#process = spawn(process.execPath, [main, engine], { stdio: ["pipe", "pipe", "inherit"] });
    const [port] = (await once(createInterface({ input: standIn.#process.stdout! }), "line")) as [string];
    standIn.#client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return standIn;
  }

  #listen(): Promise<string> {
    const log: grpc.handleUnaryCall<LogRequest, Empty> = (call, answer) => {
      this.logged.push({ message: call.request.getMessage(), severity: call.request.getSeverity() });
      answer(null, new Empty());
    };
    this.#engine.addService(EngineService, { log });
    return new Promise((resolve, reject) =>
      this.#engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (problem, port) =>
        problem ? reject(problem) : resolve(`127.0.0.1:${port}`),
      ),
    );
  }

  async check(news: Properties, type?: string): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new rpc.CheckRequest().setUrn(urn(type)).setNews(Struct.fromJavaScript(news));
    const response = await this.#call<rpc.CheckResponse>((done) => this.#client.check(request, done));
    return {
      inputs: properties(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  /** The changed paths, those that replace marked with a "!". */
  async diff(olds: Properties, news: Properties): Promise<string[]> {
    const request = new rpc.DiffRequest()
      .setUrn(urn())
      .setOldInputs(Struct.fromJavaScript(olds))
      .setOlds(Struct.fromJavaScript(olds))
      .setNews(Struct.fromJavaScript(news));
    const response = await this.#call<rpc.DiffResponse>((done) => this.#client.diff(request, done));
    return response
      .getDetaileddiffMap()
      .getEntryList()
      .map(([changed]) => (response.getReplacesList().includes(changed) ? `${changed}!` : changed));
  }

  async create(inputs: Properties, { preview = false, type = "", timeout = 0 } = {}): Promise<Properties> {
    const request = new rpc.CreateRequest()
      .setUrn(urn(type))
      .setProperties(Struct.fromJavaScript(inputs))
      .setPreview(preview)
      .setTimeout(timeout);
    const response = await this.#call<rpc.CreateResponse>((done) => this.#client.create(request, done));
    return properties(response.getProperties());
  }

  async update(olds: Properties, news: Properties, { preview = false, type = "" } = {}): Promise<Properties> {
    const request = new rpc.UpdateRequest()
      .setUrn(urn(type))
      .setOlds(Struct.fromJavaScript(olds))
      .setNews(Struct.fromJavaScript(news))
      .setPreview(preview);
    const response = await this.#call<rpc.UpdateResponse>((done) => this.#client.update(request, done));
    return properties(response.getProperties());
  }

  async delete(recorded: Properties, type?: string): Promise<void> {
    const request = new rpc.DeleteRequest().setUrn(urn(type)).setProperties(Struct.fromJavaScript(recorded));
    await this.#call<Empty>((done) => this.#client.delete(request, done));
  }

  async invoke(args: Properties, token = "command:local:run"): Promise<Properties> {
    const request = new rpc.InvokeRequest().setTok(token).setArgs(Struct.fromJavaScript(args));
    const response = await this.#call<rpc.InvokeResponse>((done) => this.#client.invoke(request, done));
    return properties(response.getReturn());
  }

  async cancel(): Promise<void> {
    await this.#call<Empty>((done) => this.#client.cancel(new Empty(), done));
  }

  #call<Response>(start: (done: grpc.requestCallback<Response>) => void): Promise<Response> {
    return new Promise((resolve, reject) =>
      start((problem, response) => (problem ? reject(new Error(problem.details)) : resolve(response!))),
    );
  }

  /** The engine dies, as by SIGKILL: its end of the plugin's stdin closes. Resolves when the plugin has gone too. */
  async loseEngine(): Promise<void> {
    const gone = this.hasExited ? undefined : once(this.#process, "exit");
    this.#process.stdin!.end();
    await gone;
  }

  get hasExited(): boolean {
    return this.#process.exitCode !== null;
  }

  async stop(): Promise<void> {
    if (!this.hasExited) {
      const gone = once(this.#process, "exit");
      this.#process.kill("SIGINT");
      await gone;
    }
    this.#client.close();
    this.#engine.forceShutdown();
  }
}

function urn(type = ""): string {
  return `urn:pulumi:test::project::${type || "command:local:Command"}::thing`;
}

function properties(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
