import fs from "node:fs";
import path from "node:path";
import { isExecutable, tryCommand } from "./commands.mjs";
import { ENGINE_VERSION, examineEngine } from "./engine-version.mjs";
import { cache } from "./places.mjs";
import { say } from "./say.mjs";

// The npm package `pulumi` fetches this script and lets it install the CLI; without it there is nothing to try.
const INSTALLER = "https://get.pulumi.com/install.sh";
const PROBE_SECONDS = 10;
const DOWNLOAD_SECONDS = 300;

const home = path.join(cache, "vendor");
const engine = path.join(home, "versions", ENGINE_VERSION, "bin", "pulumi");

export function downloadedEngine() {
  return isExecutable(engine) ? { kind: "download", version: ENGINE_VERSION, path: engine } : undefined;
}

/** Lets the npm package `pulumi` download the CLI into our cache; undefined where the vendor's site is out of reach. */
export async function downloadEngine() {
  const unreachable = await whyUnreachable();
  if (unreachable) {
    say(`the vendor's site does not answer (${unreachable}), so the Pulumi CLI cannot be downloaded`);
    return undefined;
  }
  say(`downloading the Pulumi CLI ${ENGINE_VERSION} (about a minute)`);
  const installed = npmPackage();
  const environment = { ...process.env, PULUMI_HOME: home, PULUMI_VERSION: ENGINE_VERSION };
  const limits = { env: environment, seconds: DOWNLOAD_SECONDS };
  const done = installed.ok ? tryCommand(process.execPath, [installed.run, "version"], limits) : installed;
  const { version, why } = done.ok ? examineEngine(engine) : done;
  if (version) return downloadedEngine();
  say(`the download failed: ${why}`);
  fs.rmSync(path.dirname(path.dirname(engine)), { recursive: true, force: true });
  return undefined;
}

async function whyUnreachable() {
  try {
    const answer = await fetch(INSTALLER, {
      method: "HEAD",
      signal: AbortSignal.timeout(PROBE_SECONDS * 1000),
    });
    return answer.ok ? undefined : `HTTP ${answer.status}`;
  } catch (problem) {
    return problem.cause?.code ?? problem.message;
  }
}

function npmPackage() {
  const place = path.join(cache, "npm-pulumi");
  fs.mkdirSync(place, { recursive: true });
  const flags = ["install", "--prefix", place, "--no-audit", "--no-fund", `pulumi@${ENGINE_VERSION}`];
  return {
    ...tryCommand("npm", flags, { seconds: 120 }),
    run: path.join(place, "node_modules", "pulumi", "run.js"),
  };
}
