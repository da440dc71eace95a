import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { providerOnPath } from "../../sandbox/aws/provider/install";

export type Properties = Record<string, JavaScriptValue>;

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A property that is a text or a number, as text. */
export function text(value: JavaScriptValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A resource as the engine has it in its state. */
export interface Recorded {
  urn: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** The plugin as a process, and the port where it listens. */
export interface PluginProcess {
  process: ChildProcess;
  port: string;
}

/** Starts it from the directory that it was put into; settles when it listens. */
export async function startPlugin(bin: string, environment: Record<string, string>): Promise<PluginProcess> {
  const started = spawn(path.join(bin, "pulumi-resource-aws"), [], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const [port] = (await once(createInterface({ input: started.stdout }), "line")) as [string];
  return { process: started, port };
}

/** The plugin, spoken to as the engine does. */
export class Plugin {
  #client!: ResourceProviderClient;
  #process!: ChildProcess;

  static async start(directory: string, environment: Record<string, string>): Promise<Plugin> {
    const plugin = new Plugin();
    const { process, port } = await startPlugin(await providerOnPath(directory), environment);
    plugin.#process = process;
    plugin.#client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return plugin;
  }

  async configure(args: Properties): Promise<void> {
    const request = new rpc.ConfigureRequest().setArgs(Struct.fromJavaScript(args));
    await this.#call<rpc.ConfigureResponse>((done) => this.#client.configure(request, done));
  }

  /** Checks and creates. `type` is a token such as `aws:lb/targetGroup:TargetGroup`. */
  async create(type: string, name: string, given: Properties): Promise<Recorded> {
    const urn = urnOf(type, name);
    const inputs = await this.check(urn, {}, given);
    const request = new rpc.CreateRequest().setUrn(urn).setProperties(Struct.fromJavaScript(inputs));
    const response = await this.#call<rpc.CreateResponse>((done) => this.#client.create(request, done));
    return { urn, id: response.getId(), inputs, outputs: properties(response.getProperties()) };
  }

  async previewCreate(type: string, name: string, given: Properties): Promise<Properties> {
    const urn = urnOf(type, name);
    const inputs = Struct.fromJavaScript(await this.check(urn, {}, given));
    const request = new rpc.CreateRequest().setUrn(urn).setProperties(inputs).setPreview(true);
    const response = await this.#call<rpc.CreateResponse>((done) => this.#client.create(request, done));
    return properties(response.getProperties());
  }

  async check(urn: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new rpc.CheckRequest()
      .setUrn(urn)
      .setOlds(Struct.fromJavaScript(olds))
      .setNews(Struct.fromJavaScript(news))
      .setRandomseed(Buffer.from(urn));
    const response = await this.#call<rpc.CheckResponse>((done) => this.#client.check(request, done));
    const [failure] = response.getFailuresList();
    if (failure) throw new Error(failure.getReason());
    return properties(response.getInputs());
  }

  /** The changed paths; those that replace are marked with a "!". */
  async diff(recorded: Recorded, given: Properties): Promise<string[]> {
    const request = new rpc.DiffRequest()
      .setUrn(recorded.urn)
      .setId(recorded.id)
      .setOlds(Struct.fromJavaScript(recorded.outputs))
      .setOldInputs(Struct.fromJavaScript(recorded.inputs))
      .setNews(Struct.fromJavaScript(await this.check(recorded.urn, recorded.inputs, given)));
    const response = await this.#call<rpc.DiffResponse>((done) => this.#client.diff(request, done));
    return response
      .getDetaileddiffMap()
      .getEntryList()
      .map(([changed]) => (response.getReplacesList().includes(changed) ? `${changed}!` : changed));
  }

  async update(recorded: Recorded, given: Properties): Promise<Recorded> {
    const inputs = await this.check(recorded.urn, recorded.inputs, given);
    const request = new rpc.UpdateRequest()
      .setUrn(recorded.urn)
      .setId(recorded.id)
      .setOlds(Struct.fromJavaScript(recorded.outputs))
      .setOldInputs(Struct.fromJavaScript(recorded.inputs))
      .setNews(Struct.fromJavaScript(inputs));
    const response = await this.#call<rpc.UpdateResponse>((done) => this.#client.update(request, done));
    return { ...recorded, inputs, outputs: properties(response.getProperties()) };
  }

  async delete(recorded: Recorded): Promise<void> {
    const request = new rpc.DeleteRequest()
      .setUrn(recorded.urn)
      .setId(recorded.id)
      .setProperties(Struct.fromJavaScript(recorded.outputs));
    await this.#call((done) => this.#client.delete(request, done));
  }

  /** The inputs and outputs after a refresh, or undefined where the resource has gone. */
  async read(recorded: Recorded): Promise<Recorded | undefined> {
    const request = new rpc.ReadRequest()
      .setUrn(recorded.urn)
      .setId(recorded.id)
      .setProperties(Struct.fromJavaScript(recorded.outputs))
      .setInputs(Struct.fromJavaScript(recorded.inputs));
    const response = await this.#call<rpc.ReadResponse>((done) => this.#client.read(request, done));
    if (response.getId() === "") return undefined;
    const [inputs, outputs] = [properties(response.getInputs()), properties(response.getProperties())];
    return { ...recorded, inputs, outputs };
  }

  /** A failed call rejects with the plugin's message; `hasRecord` says whether it left something in the state. */
  #call<Response>(start: (done: grpc.requestCallback<Response>) => void): Promise<Response> {
    return new Promise((resolve, reject) =>
      start((problem, response) => {
        if (!problem) return resolve(response!);
        const [details] = problem.metadata.get("grpc-status-details-bin");
        reject(Object.assign(new Error(problem.details), { hasRecord: details !== undefined }));
      }),
    );
  }

  async stop(): Promise<void> {
    this.#client.close();
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGINT");
    await gone;
  }
}

function urnOf(type: string, name: string): string {
  return `urn:pulumi:test::project::${type}::${name}`;
}

function properties(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
