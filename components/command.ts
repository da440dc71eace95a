import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { toEnvironment, variable } from "./command-input";

/** A resource that is commands of ours at its create, update and delete. */
export interface CommandArgs {
  /** The file in commands/. */
  piece: string;
  /** "nothing" runs nothing, which cannot fail; "moment" prints the moment of its making, which cannot either. */
  create: string;
  /**
   * What a change of inputs does. "record" runs nothing: a new time limit must not restore over live data. It prints
   * the output of before again, since an update that prints nothing would empty it.
   */
  update: "record" | { run: string };
  /** Absent: nothing is done when it goes. */
  remove?: string;
  /** Plain inputs. */
  input: Record<string, unknown>;
  /** Inputs that other resources put out. */
  fed?: Record<string, pulumi.Input<string>>;
  /** Inputs whose change alone runs nothing. Default: none. */
  ignored?: string[];
  /** Made anew when one of these changes. */
  triggers?: unknown[];
  /** Secret, and kept out of the environment. */
  stdin?: pulumi.Input<string>;
}

/** Runs nothing of ours: what reserves a place must not fail. */
const plain: Record<string, string> = {
  nothing: "printf {}",
  moment: `date -u '+{"moment":"%Y%m%dt%H%M%Sz"}'`,
};

/**
 * Makes resources of the commands of one platform, by its entry point. Nothing of a config is ever in a command line: it
 * goes by environment, and what is secret by standard input.
 */
export function commandMaker(entryPoint: string) {
  const entry = (piece: string, verb: string) => `node ${entryPoint} ${piece} ${verb}`;
  return (name: string, args: CommandArgs, options: pulumi.CustomResourceOptions): local.Command => {
    const { piece, create, update, remove, input, fed = {}, ignored = [], triggers, stdin } = args;
    const others = Object.entries(fed).map(([key, value]): [string, pulumi.Input<string>] => [
      variable(key),
      value,
    ]);
    const ignoreChanges = ignored.map((key) => `environment.${variable(key)}`);
    return new local.Command(
      name,
      {
        create: plain[create] ?? entry(piece, create),
        update: update === "record" ? `printf %s "$PULUMI_COMMAND_STDOUT"` : entry(piece, update.run),
        ...(remove === undefined ? {} : { delete: entry(piece, remove) }),
        environment: { ...toEnvironment(input), ...Object.fromEntries(others) },
        ...(triggers ? { triggers } : {}),
        ...(stdin === undefined ? {} : { stdin }),
        logging: local.Logging.Stderr,
      },
      ignored.length > 0 ? { ...options, ignoreChanges } : options,
    );
  };
}

/** What a command printed, as its resource puts it out. */
export function parse<T>(command: local.Command): pulumi.Output<T> {
  return command.stdout.apply((text) => JSON.parse(text) as T);
}
