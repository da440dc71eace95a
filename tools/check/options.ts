import path from "node:path";
import { parseArgs } from "node:util";
import { BadUsage } from "./problem";

const command =
  "npm run check -- --stack NAME [--config-file FILE] [--release FILE] [--promoted FILE] [--json]";

export const usage = `${command}
  --stack NAME        whose config is read: Pulumi.NAME.yaml in the project's folder of stacks
  --config-file FILE  reads this one in its place
  --release FILE      the last release: what "pulumi stack output --json" printed, or its "release" alone
  --promoted FILE     the same of the stack that gateway:promotedFrom names
  --json              prints { findings, notChecked, atPreview } and nothing else
exit code: 0 nothing is wrong; 1 an error was found; 2 no error was found, and some rules could not be checked;
  3 the options or a file cannot be read`;

export interface Options {
  /** The stack's own name, without organization and project. */
  stack: string;
  configFile?: string;
  release?: string;
  promoted?: string;
  json: boolean;
}

/** A stack's name as the engine takes it, with its organization and project or without. */
const stackName = /^(?:[\w.-]+\/){0,2}([\w.-]{1,100})$/;

function badUsage(why: string): BadUsage {
  return new BadUsage(`${why} Usage: ${command} (--help tells more)`);
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args,
      options: {
        stack: text,
        "config-file": text,
        release: text,
        promoted: text,
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw badUsage(`${(error as Error).message.split(/[.\n]/)[0]}.`);
  }
}

/** The stack that a config file is of, by its name: "Pulumi.prod.yaml". */
function stackOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : /^Pulumi\.(.+)\.ya?ml$/.exec(path.basename(file))?.[1];
}

/** Reads the command's options; undefined when it is asked for its usage. Throws a BadUsage. */
export function readOptions(args: string[]): Options | undefined {
  const { stack, "config-file": configFile, release, promoted, json, help } = parse(args);
  if (help) return undefined;
  const named = stack ?? stackOf(configFile);
  if (named === undefined) throw badUsage("--stack is missing: whose config is to be checked?");
  const name = stackName.exec(named)?.[1];
  if (name === undefined) throw badUsage("--stack takes letters, digits and . _ - alone.");
  return { stack: name, configFile, release, promoted, json };
}
