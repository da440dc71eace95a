// `npx pulumi` in the checkout: a small script that starts the chosen engine with what it needs around it.
import fs from "node:fs";
import path from "node:path";
import { COMMAND_PLUGIN, TOOLS_VARIABLE, standInHome } from "./plugin-scripts.mjs";
import { engineTools, nodeModules } from "./places.mjs";

export const SHIM_MARK = "# gateway-upgrade: starts the engine that `npm run setup` chose";

export function writeShim(engine, plugin) {
  const file = path.join(nodeModules, ".bin", "pulumi");
  const text = shimText(engine, plugin);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, text, { mode: 0o755 });
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}

export function shimText(engine, plugin) {
  const lines = [
    "#!/bin/sh",
    SHIM_MARK,
    'export PULUMI_SKIP_UPDATE_CHECK="${PULUMI_SKIP_UPDATE_CHECK:-true}"',
    `export ${TOOLS_VARIABLE}=${quote(engineTools)}`,
    `export PATH=${quote(path.dirname(engine.path))}:"$PATH"`,
    ...(plugin === "stand-in" ? useStandIn() : []),
    `exec ${quote(engine.path)} "$@"`,
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * The stand-in steps aside as soon as the official plugin is there. It is found in a Pulumi home of its own, so that it
 * never takes the official one's place in the user's other projects; a home that the caller sets is left alone.
 */
function useStandIn() {
  return [
    `official="\${PULUMI_HOME:-$HOME/.pulumi}/${COMMAND_PLUGIN}"`,
    '[ -x "$official" ] || official="$(command -v pulumi-resource-command)"',
    'if [ -z "$official" ] && [ -n "$PULUMI_HOME" ]; then',
    `  PATH="$PATH":${quote(path.join(standInHome, path.dirname(COMMAND_PLUGIN)))}`,
    'elif [ -z "$official" ]; then',
    '  export PULUMI_CREDENTIALS_PATH="${PULUMI_CREDENTIALS_PATH:-$HOME/.pulumi}"',
    `  export PULUMI_HOME=${quote(standInHome)}`,
    "fi",
  ];
}

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
