import * as pulumi from "@pulumi/pulumi";

type Program = (config: Record<string, string>) => Promise<Record<string, unknown>>;

/** Each platform's program is loaded only when a stack names it: `require`, since an import would load them all. */
/* eslint-disable @typescript-eslint/no-require-imports */
const platforms: Record<string, () => Program> = {
  aws: () => (require("./stacks/aws") as typeof import("./stacks/aws")).aws,
  local: () => (require("./stacks/local") as typeof import("./stacks/local")).local,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Reads the stack's config and runs the program of the platform that it names; what it returns are the stack's outputs. */
module.exports = async () => {
  const config = pulumi.runtime.allConfig();
  const named = config["gateway:platform"] ?? "local";
  // A platform that is not there is refused with everything else that is wrong: the embedded one's program says so.
  const load = platforms[Object.hasOwn(platforms, named) ? named : "local"] as () => Program;
  return load()(config);
};
