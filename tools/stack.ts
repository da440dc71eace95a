import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { kong } from "../products/kong";

/** The checkout, which is the Pulumi project. */
export const project = path.resolve(__dirname, "..");

/** What a command of the engine printed, and how it ended. */
export interface Ran {
  code: number;
  output: string;
  seconds: number;
}

/** A `pulumi` command under way. */
export interface Running {
  process: ChildProcess;
  /** What it has printed so far. */
  output: () => string;
  ended: Promise<Ran>;
}

/** Keys of `gateway:` without the prefix; the directory and port of `local` are the stack's own unless given. */
export type StackConfig = Record<string, unknown>;

/**
 * A stack of this project with its state, config and gateway in a temporary directory of its own, driven by the same
 * commands that a user types.
 */
export interface Stack {
  name: string;
  directory: string;
  /** Where the engine keeps its state. */
  state: string;
  /** Where the gateway's files are. */
  gateway: string;
  port: number;
  url: string;
  adminUrl: string;
  /** Environment of every command: what a test sets here reaches the gateway's processes too. */
  environment: Record<string, string>;
  /** Replaces the config. */
  configure: (config: StackConfig) => Promise<void>;
  start: (command: string[]) => Running;
  run: (command: string[]) => Promise<Ran>;
  preview: () => Promise<Ran>;
  up: () => Promise<Ran>;
  destroy: () => Promise<Ran>;
  outputs: () => Promise<Record<string, unknown>>;
  /** Destroys it if it still stands, and takes its directory away. */
  remove: () => Promise<void>;
}

/** What breaks between Kong's versions is accepted, unless a config is about that and gives its own. */
const acknowledge = kong.breakingChanges.map(({ id }) => id);

export const passphrase = "only-for-tests-and-the-demo";
const shim = path.join(project, "node_modules/.bin/pulumi");

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Listens as long as this process runs, or until it is closed. Undefined where somebody else does. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer().unref();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/**
 * A first port with everything that a stack listens on free behind it, below the range that outgoing connections use. The
 * next one is held: until the stack's own servers listen, no other stack is given the same ports.
 */
async function freePorts(): Promise<{ first: number; held: Server }> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 12_000 + 250 * Math.floor(Math.random() * 80);
    const held = await hold(first + 3);
    if (!held) continue;
    const used = [0, 1, 2, ...[10, 110].flatMap((slot) => [0, 1, 2, 3, 4, 5].map((offset) => slot + offset))];
    const free = await Promise.all(used.map((offset) => isFree(first + offset)));
    if (free.every(Boolean)) return { first, held };
    held.close();
  }
  throw new Error("no range of free ports was found on 127.0.0.1");
}

function startCommand(
  args: string[],
  environment: Record<string, string>,
  say?: (text: string) => void,
): Running {
  const started = performance.now();
  const child = spawn(shim, args, {
    cwd: project,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: a test kills the engine alone, and nothing else of it by accident.
    detached: true,
  });
  let output = "";
  const add = (chunk: Buffer) => {
    output += chunk.toString();
    say?.(chunk.toString());
  };
  child.stdout.on("data", add);
  child.stderr.on("data", add);
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    // "exit", not "close": after a kill, commands that outlive the engine hold its pipes open.
    child.once("exit", (code, signal) =>
      setTimeout(
        () =>
          resolve({
            code: code ?? (signal ? 137 : 1),
            output,
            seconds: (performance.now() - started) / 1_000,
          }),
        20,
      ),
    );
  });
  return { process: child, output: () => output, ended };
}

function toYaml(config: StackConfig): string {
  const lines = Object.entries(config).map(([key, value]) => `  gateway:${key}: ${JSON.stringify(value)}`);
  return ["config:", ...lines, ""].join("\n");
}

/** The lines of a stack's config file that its secrets are encrypted with. */
async function encryptionIn(file: string): Promise<string> {
  const config = await readFile(file, "utf8");
  return config.match(/^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n/gm)?.join("") ?? "";
}

/** An engine lives for seconds and has room: collecting its garbage costs more than it gives. */
export const engineEnvironment = { GOGC: "400" };

export interface StackOptions {
  /** Hears what every command prints, as it comes. */
  say?: (text: string) => void;
  /** A directory that stacks share, so that one can refer to the other; one of its own by default. */
  state?: string;
  /** What its secrets are encrypted with; a passphrase by default. */
  secrets?: { secretsProvider: string; environment: Record<string, string> };
}

/** Makes a stack with nothing in it yet. */
export async function newStack(
  name: string,
  { say, secrets, ...options }: StackOptions = {},
): Promise<Stack> {
  const directory = await mkdtemp(path.join(tmpdir(), `gateway-${name}-`));
  // As root, PostgreSQL's server runs as another user, who must be able to pass through.
  await chmod(directory, 0o711);
  const state = options.state ?? path.join(directory, "state");
  await mkdir(state, { recursive: true });
  const gateway = path.join(directory, "gw");
  const { first: port, held } = await freePorts();
  const file = path.join(directory, `Pulumi.${name}.yaml`);
  const environment: Record<string, string> = {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    ...secrets?.environment,
    NO_COLOR: "1",
    ...engineEnvironment,
  };
  const start = (command: string[]) =>
    startCommand(
      [...command, "--stack", name, "--non-interactive"],
      { ...environment, ...stack.environment },
      say,
    );
  const run = (command: string[]) => start(command).ended;
  const withConfig = (command: string, ...flags: string[]) => run([command, "--config-file", file, ...flags]);
  const stack: Stack = {
    name,
    directory,
    state,
    gateway,
    port,
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${port + 1}`,
    environment: {},
    configure: async (config) => {
      const isLocal = (config.platform ?? "local") === "local";
      const local = { directory: gateway, port, ...(config.local as object | undefined) };
      const whole = { product: "kong", acknowledge, ...config, ...(isLocal ? { local } : {}) };
      await writeFile(file, (await encryptionIn(file)) + toYaml(whole));
    },
    start: (command) => start([...command, "--config-file", file]),
    run,
    preview: () => withConfig("preview", "--diff=false"),
    up: () => withConfig("up", "--yes", "--skip-preview"),
    destroy: () => withConfig("destroy", "--yes", "--skip-preview"),
    outputs: async () => {
      // Not through `say`: outputs hold secrets.
      const command = ["stack", "output", "--json", "--stack", name];
      const { code, output } = await startCommand(command, environment).ended;
      if (code !== 0) throw new Error(output);
      return JSON.parse(output) as Record<string, unknown>;
    },
    remove: async () => {
      const { code, output } = await stack.destroy();
      if (code !== 0) throw new Error(`the stack ${name} in ${directory} cannot be destroyed:\n${output}`);
      await rm(directory, { recursive: true, force: true });
      held.close();
    },
  };
  // A new stack's config file is written beside its project file: here, not in the checkout.
  await writeFile(path.join(directory, "Pulumi.yaml"), "name: gateway\nruntime: nodejs\n");
  const provider = secrets ? ["--secrets-provider", secrets.secretsProvider] : [];
  const made = await run(["stack", "init", ...provider, "--cwd", directory]);
  if (made.code !== 0) throw new Error(`the stack ${name} cannot be made:\n${made.output}`);
  await stack.configure({});
  return stack;
}
