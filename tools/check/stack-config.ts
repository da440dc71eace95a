import path from "node:path";
import { parseDocument } from "yaml";
import { readText } from "./files";
import { CheckProblem } from "./problem";

/** A stack's config as the engine hands it to the program, without what only the engine can decrypt. */
export interface StackConfig {
  /** Text by key, objects as JSON. */
  raw: Record<string, string>;
  /** Places of encrypted values: "gateway:database.password". */
  encrypted: string[];
}

/** What stands in the place of a secret: config gives one, and only the engine knows which. */
const placeholder = "encrypted";

type Mapping = Record<string, unknown>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Encrypted, as the engine writes it: { secure: "v1:..." }. */
function isSecure(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** The value with a placeholder for each secret, whose places are told. */
function withoutSecrets(value: unknown, at: string, tell: (at: string) => void): unknown {
  if (isSecure(value)) {
    tell(at);
    return placeholder;
  }
  if (Array.isArray(value)) {
    return value.map((each, index) => withoutSecrets(each, `${at}.${index}`, tell));
  }
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutSecrets(each, `${at}.${name}`, tell)]),
  );
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A file of YAML whose top is a mapping. Throws a CheckProblem with the first thing that is wrong. */
function readYaml(file: string, what: string): Mapping {
  const text = readText(file, what);
  let content: unknown;
  try {
    const document = parseDocument(text, { merge: true, prettyErrors: true });
    const [wrong] = document.errors;
    if (wrong) throw wrong;
    content = document.toJS();
  } catch (error) {
    const { message } = error as Error;
    const first = message.includes("call stack") ? "it is nested too deeply" : message.split("\n")[0];
    throw new CheckProblem(`${what} ${file} cannot be read as YAML: ${first?.replace(/:$/, "")}.`);
  }
  if (content === null || content === undefined) return {};
  if (!isMapping(content)) throw new CheckProblem(`${what} ${file} holds no keys.`);
  return content;
}

/** What the project's own file says of config: its keys' values where a stack gives none. */
function readProject(root: string): { folder: string; defaults: Mapping } {
  const project = readYaml(path.join(root, "Pulumi.yaml"), "the project's file");
  const described = isMapping(project.config) ? project.config : {};
  const defaults = Object.entries(described).flatMap(([key, entry]) => {
    const value = isMapping(entry) ? (entry.value ?? entry.default) : entry;
    return value === undefined ? [] : [[key, value] as const];
  });
  const folder = typeof project.stackConfigDir === "string" ? project.stackConfigDir : ".";
  return { folder: path.join(root, folder), defaults: Object.fromEntries(defaults) };
}

/** Reads the config of a stack of the project below `root`, from its own file or the one that is given. */
export function readStackConfig(root: string, stack: string, configFile?: string): StackConfig {
  const { folder, defaults } = readProject(root);
  const file = configFile ?? path.join(folder, `Pulumi.${stack}.yaml`);
  const content = readYaml(file, "the stack's config");
  if (content.environment !== undefined) {
    throw new CheckProblem(`${file} takes values from environments, which only the engine reads.`);
  }
  const given = content.config ?? {};
  if (!isMapping(given)) throw new CheckProblem(`${file} has no keys below "config:".`);
  const bare = Object.keys(given).find((key) => !key.includes(":"));
  if (bare !== undefined) {
    throw new CheckProblem(
      `${file}: the key ${JSON.stringify(bare)} has no namespace; write "gateway:${bare}".`,
    );
  }
  const encrypted: string[] = [];
  const entries = Object.entries({ ...defaults, ...given }).map(([key, value]): [string, string] => [
    key,
    asText(withoutSecrets(value, key, (at) => encrypted.push(at))),
  ]);
  return { raw: Object.fromEntries(entries), encrypted };
}
