// The engine starts its plugins by name. Ours live in the checkout, while the engine lives in the user's cache and
// serves every checkout: so the scripts that bear those names ask the shim's environment where the checkout is.
import fs from "node:fs";
import path from "node:path";
import { cache } from "./places.mjs";

export const TOOLS_VARIABLE = "GATEWAY_UPGRADE_ENGINE_TOOLS";
export const COMMAND_VERSION = "1.2.1";
export const COMMAND_PLUGIN = path.join(
  "plugins",
  `resource-command-v${COMMAND_VERSION}`,
  "pulumi-resource-command",
);

/** A Pulumi home of our own: a plugin in it is used without the warning that one on PATH gives in every preview. */
export const standInHome = path.join(cache, "pulumi-home");

/** Beside the engine, where it looks for its own hosts first. */
export function writeLanguageHost(directory) {
  writeScript(path.join(directory, "pulumi-language-nodejs"), "language-host/main.cjs");
}

export function writeStandIn() {
  writeScript(path.join(standInHome, COMMAND_PLUGIN), "command-plugin/main.cjs");
}

function writeScript(file, program) {
  const lines = [
    "#!/bin/sh",
    `exec node "\${${TOOLS_VARIABLE}:?start pulumi with npx pulumi in the checkout}/${program}" "$@"`,
  ];
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, `${lines.join("\n")}\n`, { mode: 0o755 });
  fs.renameSync(`${file}.${process.pid}`, file);
}
