// Which Pulumi CLI: the one on PATH, else the vendor's download, else a build from its Go module.
import path from "node:path";
import { buildEngine, builtEngine } from "./engine-build.mjs";
import { downloadEngine, downloadedEngine } from "./engine-download.mjs";
import { engineOnPath, pulumiOnPath } from "./engine-on-path.mjs";
import { isExecutable } from "./commands.mjs";

/** Whether the recorded choice still holds, without starting anything. */
export function isStillTheChoice(engine) {
  return Boolean(engine) && isExecutable(engine.path) && engine.seenOnPath === (pulumiOnPath() ?? null);
}

/** `{ kind, version, path, seenOnPath }` of the engine to use. */
export async function chooseEngine() {
  const seenOnPath = pulumiOnPath() ?? null;
  const engine =
    engineOnPath(seenOnPath) ??
    downloadedEngine() ??
    builtEngine() ??
    (await downloadEngine()) ??
    (await buildEngine());
  return { ...engine, seenOnPath };
}

const KINDS = { path: "from PATH", download: "the vendor's download", build: "built from its Go module" };

export function describeEngine({ kind, version, path: file }) {
  return `Pulumi ${version} (${KINDS[kind]}, ${path.dirname(file)})`;
}
