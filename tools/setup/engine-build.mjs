import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { directoriesOnPath, directoryWith, isExecutable, tryCommand } from "./commands.mjs";
import { ENGINE_VERSION, examineEngine } from "./engine-version.mjs";
import { writeLanguageHost } from "./plugin-scripts.mjs";
import { cache, engineTools } from "./places.mjs";
import { SetupProblem, say } from "./say.mjs";

const MODULE = path.join(engineTools, "go");
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
// Without its version the engine cannot answer the Automation API.
const VERSION_FLAG = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;
const FLAGS = ["build", "-v", "-p", "2", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${VERSION_FLAG}`];
const OLDEST_GO = "1.21";
const PACKAGES_ABOUT = 1650;
const REPORT_EVERY_MS = 15_000;

/** The engine that an earlier set-up built from exactly this. */
export function builtEngine() {
  const engine = path.join(directory(), "pulumi");
  return isExecutable(engine) ? { kind: "build", version: ENGINE_VERSION, path: engine } : undefined;
}

function directory() {
  const recipe = createHash("sha256").update(JSON.stringify([FLAGS, process.platform, process.arch]));
  for (const file of ["go.mod", "go.sum"]) recipe.update(fs.readFileSync(path.join(MODULE, file)));
  return path.join(cache, `pulumi-${ENGINE_VERSION}-${recipe.digest("hex").slice(0, 12)}`);
}

export async function buildEngine() {
  const go = findGo();
  const place = directory();
  const unfinished = path.join(place, `pulumi.${process.pid}`);
  fs.mkdirSync(place, { recursive: true });
  say(`building the Pulumi CLI ${ENGINE_VERSION} from its Go module (4 to 8 minutes, this once)`);
  await runGo(go, [...FLAGS, "-o", unfinished, PACKAGE]);
  writeLanguageHost(place);
  const { why } = examineEngine(unfinished);
  if (why) throw new SetupProblem(`the build is of no use: ${why}`);
  fs.renameSync(unfinished, path.join(place, "pulumi"));
  return builtEngine();
}

function findGo() {
  const places = [...directoriesOnPath(), "/usr/local/go/bin", "/opt/homebrew/bin", "/usr/local/bin"];
  const place = directoryWith(["go"], places);
  const go = place && path.join(place, "go");
  const version = go && /go(\d+\.\d+)/.exec(tryCommand(go, ["version"]).text)?.[1];
  if (version && Number(version.split(".")[1]) >= Number(OLDEST_GO.split(".")[1])) return go;
  const state = version ? `Go ${version} is too old` : "Go is missing";
  throw new SetupProblem(
    `no Pulumi CLI: install it (https://www.pulumi.com/docs/install), or install Go ${OLDEST_GO} or newer, ` +
      `from which it can be built (${state}; https://go.dev/dl), and run this again.`,
  );
}

/** Runs the build and says now and then how far it is. */
function runGo(go, args) {
  const started = Date.now();
  const said = [];
  const count = { modules: 0, packages: 0 };
  const environment = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  const build = spawn(go, args, { cwd: MODULE, env: environment, stdio: ["ignore", "ignore", "pipe"] });
  createInterface({ input: build.stderr }).on("line", (line) => {
    said.push(line);
    count[line.startsWith("go: downloading") ? "modules" : "packages"]++;
  });
  const report = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const progress = `${count.modules} modules fetched, ${count.packages} of about ${PACKAGES_ABOUT} packages built`;
    say(`  ${seconds} s: ${progress}`);
  }, REPORT_EVERY_MS);
  return new Promise((resolve, reject) => {
    build.on("error", reject);
    build.on("close", (code) => {
      clearInterval(report);
      if (code === 0) resolve();
      else reject(new SetupProblem(`the build of the Pulumi CLI failed:\n${said.slice(-10).join("\n")}`));
    });
  });
}
