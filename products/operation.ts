import type { Configuration } from "./configuration";
import type { Product } from "./product";

/** One HTTP request to a slot, and what the answer must be. */
export interface SmokeCheck {
  /** Said in errors: "the proxy answers". */
  name: string;
  /** Which of the node's ports is asked. Default "proxy". */
  port: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Sent with the request, when given. */
  requestBody?: string;
  /** The statuses that pass. */
  status: number[];
  /** Text that the answer's body must contain, when given. */
  bodyContains?: string;
  /** The longest an answer may take, in milliseconds, when given. */
  latencyMs?: number;
}

/** What a task does next, told from the exit code of the product's own question about its database. */
export type TaskStep =
  /** Nothing is left to do. */
  | { do: "skip"; why: string }
  /** Runs this command of the product. */
  | { do: "run"; command: string[] }
  /** The database is not what this task is for. */
  | { do: "refuse"; why: string };

/** How the database of a slot came to be, as a task must know it. */
export type DatabaseOrigin =
  /** Made empty, for this slot. */
  | "empty"
  /** It has the older slot's configuration in it: a copy, or the very database of that slot. */
  | "filled"
  /** Config gives it: empty, or in use at some version. */
  | "given";

/** One command of the product that is run once, at a version, on one database: a migration. */
export interface Task {
  /** Part of the resource's name: "migrations-up". */
  name: string;
  /** Asks the product where its database stands. */
  ask: string[];
  /** Exit code of `ask` → what to do, on a database of this origin. */
  decide: (exitCode: number, origin: DatabaseOrigin) => TaskStep;
  /** Exit codes of `ask` that prove afterwards that the task did its work. */
  proof: number[];
  /** Text in the command's output that means failure whatever its exit code says. */
  failureText: string[];
  /**
   * Takes away what the version before needs. On a database that slots share it is run last, once one slot is left, and
   * is the point of no return; on a slot's own copy it is run before the start, as the others are. Default: false.
   */
  destructive?: boolean;
}

/** The database of a slot, as its nodes and tasks reach it. */
export interface DatabaseAddress {
  host: string;
  port: number;
  name: string;
  user: string;
  /** Whether it is spoken to through TLS. Default: no. */
  encrypted?: boolean;
}

/** What a node or a task is given: where it lies, where it listens, which database it has. */
export interface NodePlace {
  /** A directory of the node's own. */
  prefix: string;
  /** Address to bind to. */
  host: string;
  /** Port by name, as `Product.ports` lists them. Empty for a task, which listens nowhere. */
  ports: Record<string, number>;
  database: DatabaseAddress;
  settings: Record<string, unknown>;
}

/** How a product is run: its commands, ports and questions. Nothing of where it runs, and nothing of its rules. */
export interface Operation {
  name: string;
  title: string;
  /** The product's command, as found on PATH. */
  program: string;
  /** Ports that a node listens on, in the order of their offsets; the first takes users' traffic. */
  ports: string[];
  /** The environment that configures a node or a task. The password is added where it is used. */
  environment: (place: NodePlace) => Record<string, string>;
  /** The variable that carries the database's password. */
  passwordVariable: string;
  /** In this order, each once the one before is done; before the first node starts, unless `Task.destructive` says otherwise. */
  tasks: Task[];
  /** Where the product's container image keeps a node's files. */
  imagePrefix: string;
  start: (prefix: string) => string[];
  /** Stops a node after its requests in flight have ended, or after this many seconds. */
  quit: (prefix: string, seconds: number) => string[];
  /** Exits 0 while the node's process runs. */
  running: (prefix: string) => string[];
  /** Where a node says why it does not start. */
  log: (prefix: string) => string;
  /** Answers 200 when a node can take traffic. */
  ready: { port: string; path: string };
  /** Answers with the node's version in this field of its JSON. */
  version: { port: string; path: string; field: string };
  /** What a slot is asked before it takes traffic, unless the config says otherwise. */
  smokeTests: SmokeCheck[];
  /** Which tables of its database are what. Absent: its configuration is not read from a database here. */
  configuration?: Configuration;
}

/** A product that can be carried out, and not only reviewed. */
export type RunnableProduct = Product & Operation;
