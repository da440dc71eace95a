import fs from "node:fs";
import path from "node:path";
import { directoriesOnPath, isExecutable } from "./commands.mjs";
import { SHIM_MARK } from "./pulumi-shim.mjs";
import { examineEngine } from "./engine-version.mjs";
import { say } from "./say.mjs";

/** The `pulumi` on PATH that is not a shim of ours; npm puts node_modules/.bin there when it runs a script. */
export function pulumiOnPath() {
  const files = directoriesOnPath().map((directory) => path.join(directory, "pulumi"));
  return files.find((file) => isExecutable(file) && !isShim(file));
}

function isShim(file) {
  const start = Buffer.alloc(400);
  const handle = fs.openSync(file, "r");
  fs.readSync(handle, start);
  fs.closeSync(handle);
  return start.includes(SHIM_MARK);
}

export function engineOnPath(file) {
  if (!file) return undefined;
  const { version, why } = examineEngine(file);
  if (version) return { kind: "path", version, path: file };
  say(`not used: ${why}`);
  return undefined;
}
