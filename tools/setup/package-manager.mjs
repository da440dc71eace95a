import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { directoriesOnPath, directoryWith, tryCommand } from "./commands.mjs";
import { SetupProblem, say } from "./say.mjs";

const NAMES = { postgresql: "PostgreSQL", haproxy: "HAProxy" };
const START_POLICY = "/usr/sbin/policy-rc.d";

/** Installs servers with the package manager that is there, and leaves none of them running. */
export function installWithPackageManager(packages) {
  const names = packages.map((name) => NAMES[name]).join(" and ");
  if (has("apt-get") && process.getuid?.() === 0) {
    say(`installing ${names} with apt-get (about a minute)`);
    withoutStarting(() => aptInstall(packages));
    disableServices(packages);
  } else if (has("brew")) {
    say(`installing ${names} with Homebrew (a few minutes)`);
    must("brew", [
      "install",
      "--quiet",
      ...packages.map((name) => (name === "postgresql" ? "postgresql@17" : name)),
    ]);
  } else {
    const how = has("apt-get") ? `run \`sudo apt-get install ${packages.join(" ")}\`` : "install it";
    throw new SetupProblem(`${names} is missing: ${how}, and run this again.`);
  }
}

function aptInstall(packages) {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  must("apt-get", ["-qq", "update"], environment);
  must("apt-get", ["-qq", "install", "--yes", "--no-install-recommends", ...packages], environment);
}

/** Debian starts a server as it installs it, unless this policy says no. */
function withoutStarting(install) {
  const ours = !fs.existsSync(START_POLICY);
  if (ours) fs.writeFileSync(START_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) fs.rmSync(START_POLICY, { force: true });
  }
}

/** Nor are they to start with the machine: the servers here run in directories of their own. */
function disableServices(packages) {
  if (has("systemctl")) tryCommand("systemctl", ["disable", "--quiet", ...packages]);
}

function has(program) {
  return directoryWith([program], [...directoriesOnPath(), "/usr/bin", "/bin"]) !== undefined;
}

function must(program, args, env = process.env) {
  // The package manager's chatter is shown only if it fails.
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 27,
  });
  if (status === 0) return;
  const said = `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n").slice(-15).join("\n");
  throw new SetupProblem(`\`${program} ${args.join(" ")}\` failed: ${error?.message ?? said}`);
}
