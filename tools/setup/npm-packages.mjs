import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { SetupProblem, say } from "./say.mjs";
import { checkout, nodeModules } from "./places.mjs";

/** Whether node_modules is what package-lock.json says, by the list that npm keeps of what it installed. */
export function havePackages() {
  const wanted = packagesIn(path.join(checkout, "package-lock.json"));
  const installed = packagesIn(path.join(nodeModules, ".package-lock.json"));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([place, { version, optional, link }]) => {
    if (place === "" || link) return true;
    const found = installed[place];
    // An optional package for another platform is rightly absent.
    return found ? found.version === version : optional === true;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

export function installPackages() {
  say("installing the npm packages (about half a minute)");
  const flags = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawnSync("npm", flags, { cwd: checkout, stdio: "inherit" });
  if (npm.status !== 0) throw new SetupProblem("npm ci failed: see its message above, then run this again.");
  const esbuild = spawnSync(process.execPath, ["-e", 'require("esbuild").transformSync("")'], {
    cwd: checkout,
    encoding: "utf8",
  });
  if (esbuild.status !== 0)
    throw new SetupProblem(`npm ci worked, but esbuild does not start: ${esbuild.stderr}`);
}
