import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { engineEnvironment, project } from "../stack";

export interface EmptyProgram {
  /** `pulumi up` of it, which changes nothing; seconds. With an environment of its own, if one is given. */
  up: (environment?: Record<string, string>) => Promise<number>;
  remove: () => Promise<void>;
}

/** The same Node, with the same arguments, as the program that it is compared with. */
async function runtimeOf(file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  const section = /^runtime:\n(?:[ ]+.*\n)+/m.exec(text)?.[0];
  if (section === undefined) throw new Error(`there is no section "runtime:" in ${file}`);
  // What it preloads lies in this project, and the empty program in a directory of its own.
  return section.replaceAll("./tools/", `${project}/tools/`);
}

/** A Pulumi program that makes nothing: what every run of the engine costs, whatever the program. */
export async function makeEmptyProgram(): Promise<EmptyProgram> {
  const directory = await mkdtemp(path.join(tmpdir(), "empty-program-"));
  const inside = (name: string) => path.join(directory, name);
  await writeFile(
    inside("Pulumi.yaml"),
    `name: empty\n${await runtimeOf(path.join(project, "Pulumi.yaml"))}`,
  );
  await writeFile(inside("package.json"), JSON.stringify({ name: "empty", main: "index.js" }));
  // What `pulumi new javascript` writes.
  await writeFile(inside("index.js"), '"use strict";\nconst pulumi = require("@pulumi/pulumi");\n');
  await symlink(path.join(project, "node_modules"), inside("node_modules"));
  await mkdir(inside("state"));

  const pulumi = async (args: string[], environment: Record<string, string> = {}) => {
    const started = performance.now();
    await new Promise<void>((resolve, reject) => {
      const env = {
        ...process.env,
        ...engineEnvironment,
        PULUMI_BACKEND_URL: `file://${inside("state")}`,
        PULUMI_CONFIG_PASSPHRASE: "empty",
        NO_COLOR: "1",
        ...environment,
      };
      const command = path.join(project, "node_modules/.bin/pulumi");
      execFile(
        command,
        [...args, "--stack", "empty", "--non-interactive"],
        { cwd: directory, env },
        (error, ...texts) => (error ? reject(new Error(`${error.message}\n${texts.join("\n")}`)) : resolve()),
      );
    });
    return (performance.now() - started) / 1_000;
  };
  await pulumi(["stack", "init"]);
  const up = (environment?: Record<string, string>) =>
    pulumi(["up", "--yes", "--skip-preview", "--suppress-progress"], environment);
  // The first one makes the stack; those that are measured change nothing.
  await up();
  return { up, remove: () => rm(directory, { recursive: true, force: true }) };
}
