import path from "node:path";
import type { Operation } from "../../products/operation";
import { type Outcome, run, type RunOptions } from "./run-program";

/** Which release of a product runs, and where its programs are. */
export interface Installed {
  product: Operation;
  version: string;
  /** Directory of the programs, `{version}` standing for the version; empty means the sandbox's twin. */
  programs: string;
}

const sandbox = path.resolve(__dirname, "../../sandbox");

/** Where the product's own command is at this version. */
function programOf({ product, version, programs }: Installed): {
  file: string;
  environment: Record<string, string>;
} {
  if (programs !== "")
    return {
      file: path.resolve(programs.replaceAll("{version}", version), product.program),
      environment: {},
    };
  return {
    file: path.join(sandbox, product.name, "bin", product.program),
    environment: { [`${product.name.toUpperCase()}_TWIN_VERSION`]: version },
  };
}

/** Runs a command of the product, as its own first word names it, at this version. */
export function runProduct(installed: Installed, command: string[], options: RunOptions): Promise<Outcome> {
  const { file, environment } = programOf(installed);
  const [, ...args] = command;
  return run(file, args, { ...options, environment: { ...environment, ...options.environment } });
}
