"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const language = require("@pulumi/pulumi/proto/language_pb");

/** The packages that the program's package.json names, at the versions that are installed. */
function programDependencies(request) {
  const manifestPath = path.join(request.getInfo().getProgramDirectory(), "package.json");
  const response = new language.GetProgramDependenciesResponse();
  if (!fs.existsSync(manifestPath)) return response;
  const manifest = JSON.parse(fs.readFileSync(manifestPath, "utf8"));
  const wanted = { ...manifest.devDependencies, ...manifest.dependencies };
  for (const [name, range] of Object.entries(wanted)) {
    response.addDependencies(
      new language.DependencyInfo().setName(name).setVersion(installedVersion(manifestPath, name) ?? range),
    );
  }
  return response;
}

function installedVersion(manifestPath, name) {
  const folders = createRequire(manifestPath).resolve.paths(name) ?? [];
  const found = folders
    .map((folder) => path.join(folder, name, "package.json"))
    .find((file) => fs.existsSync(file));
  return found && JSON.parse(fs.readFileSync(found, "utf8")).version;
}

module.exports = { programDependencies };
