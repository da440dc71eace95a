// The provider of @pulumi/command: the official plugin wherever it can be had, the stand-in elsewhere.
import fs from "node:fs";
import path from "node:path";
import { isExecutable, tryCommand, directoriesOnPath, directoryWith } from "./commands.mjs";
import { COMMAND_PLUGIN, COMMAND_VERSION, standInHome, writeStandIn } from "./plugin-scripts.mjs";
import { userPulumiHome } from "./places.mjs";
import { say } from "./say.mjs";

const INSTALL_SECONDS = 60;

/** "official" or "stand-in". */
export async function choosePlugin(engine) {
  if (haveOfficial()) return "official";
  say(`installing the command plugin ${COMMAND_VERSION} (a few seconds)`);
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const flags = ["plugin", "install", "resource", "command", COMMAND_VERSION];
  const installed = tryCommand(engine.path, flags, { env: environment, seconds: INSTALL_SECONDS });
  if (installed.ok && haveOfficial()) return "official";
  say(
    `the official command plugin cannot be downloaded here (${installed.why}): the stand-in takes its place`,
  );
  writeStandIn();
  linkOtherPlugins();
  return "stand-in";
}

/** Installed in the user's own Pulumi home, or on PATH. */
function haveOfficial() {
  const onPath = directoryWith(["pulumi-resource-command"], directoriesOnPath());
  const ours = path.join(standInHome, COMMAND_PLUGIN);
  const theirs = path.join(userPulumiHome, COMMAND_PLUGIN);
  return onPath !== undefined || (theirs !== ours && isExecutable(theirs));
}

/** What the user has installed besides stays usable from the stand-in's home. */
function linkOtherPlugins() {
  const theirs = path.join(userPulumiHome, "plugins");
  if (!fs.existsSync(theirs)) return;
  for (const name of fs.readdirSync(theirs)) {
    const link = path.join(standInHome, "plugins", name);
    if (!fs.existsSync(link)) fs.symlinkSync(path.join(theirs, name), link);
  }
}

export function describePlugin(plugin) {
  const name = plugin === "official" || haveOfficial() ? "the official one" : "a stand-in of this project";
  return `command plugin: ${name}`;
}
