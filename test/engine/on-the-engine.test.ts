import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isRunning } from "./is-running";
import { TemporaryProject } from "./temporary-project";

describe("the language host on the engine", () => {
  let project: TemporaryProject;
  before(async () => {
    project = await TemporaryProject.create();
  });
  after(() => project.remove());

  it("runs a program with its config, tells a preview from an update, and shows what it prints", async () => {
    await project.pulumi("config", "set", "plain", "seen");
    await project.pulumi("config", "set", "--secret", "hidden", "never-shown");
    project.program(`
      const config = new pulumi.Config();
      console.log("dry run:", pulumi.runtime.isDryRun(), config.require("plain"), pulumi.getProject(), pulumi.getStack());
      console.error("on stderr");
      exports.hidden = config.requireSecret("hidden");
      exports.typescript = process.env.PULUMI_NODEJS_TYPESCRIPT ?? "off";
    `);
    const previewed = await project.pulumi("preview");
    assert.match(previewed.printed, /dry run: true seen small test/);
    const ran = await project.up();
    assert.equal(ran.code, 0, ran.printed);
    assert.match(ran.printed, /dry run: false seen small test/);
    assert.match(ran.printed, /on stderr/);
    assert.match(ran.printed, /hidden *: \[secret\]/);
    assert.match(ran.printed, /typescript *: "off"/);
    assert.doesNotMatch(ran.printed + project.state(), /never-shown/);
    assert.doesNotMatch(ran.printed, /warning/);
  });

  it("fails the update with a program that throws, and shows its error once", async () => {
    project.program('throw new Error("on purpose");');
    const { code, printed } = await project.up();
    assert.notEqual(code, 0);
    assert.equal(printed.split("Error: on purpose").length - 1, 1, printed);
    assert.doesNotMatch(printed, /non-zero exit code/);
  });

  it("names the exit code of a program that ends by itself", async () => {
    project.program("process.exit(7);");
    const { code, printed } = await project.up();
    assert.notEqual(code, 0);
    assert.match(printed, /exited with non-zero exit code: 7/);
  });

  it("passes runtime options on: nodeargs, and typescript, which is on by default", async () => {
    const given = await TemporaryProject.create({
      typescript: true,
      nodeargs: "--require ./loaded.js --title='a b'",
    });
    given.write("loaded.js", 'globalThis.loaded = "loaded";');
    given.program('console.log("options:", loaded, process.title, process.env.PULUMI_NODEJS_TYPESCRIPT);');
    const { printed } = await given.pulumi("preview");
    given.remove();
    assert.match(printed, /options: loaded a b true/);
  });

  it("answers pulumi about", async () => {
    const { printed } = await project.pulumi("about");
    assert.match(printed, new RegExp(`nodejs.*${process.version.replaceAll(".", "\\.")}`, "s"));
  });
});

describe("the command plugin on the engine", () => {
  let project: TemporaryProject;
  before(async () => {
    project = await TemporaryProject.create();
  });
  after(() => project.remove());

  const program = (text: string) =>
    project.program(`
      const first = new local.Command("first", {
        create: "echo ${text}; echo ${text} >> ran",
        update: "echo $PULUMI_COMMAND_STDOUT again; echo update >> ran",
        delete: "echo deleted >> ran",
        environment: { WORD: "${text}", PASSWORD: pulumi.secret("never-shown") },
        logging: "none",
      });
      const second = new local.Command("second", { create: pulumi.interpolate\`echo got \${first.stdout}\` });
      exports.got = second.stdout;
    `);

  it("creates, keeps, updates and deletes, without a warning", async () => {
    program("one");
    const created = await project.up();
    assert.equal(created.code, 0, created.printed);
    assert.match(created.printed, /got *: "got one"/);
    assert.doesNotMatch(created.printed, /warning/);

    const unchanged = await project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.equal(unchanged.code, 0, unchanged.printed);

    program("two");
    const previewed = await project.pulumi("preview", "--diff");
    assert.match(previewed.printed, /WORD: "one" => "two"/);
    assert.match(previewed.printed, /create: "echo got one" => \[unknown\]/);
    const updated = await project.up();
    assert.match(updated.printed, /"got one again"/);
    assert.doesNotMatch(updated.printed + project.state(), /never-shown/);

    const destroyed = await project.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(destroyed.code, 0, destroyed.printed);
    assert.equal(project.read("ran"), "one\nupdate\ndeleted\n");
  });

  it("a failed create leaves no state, and runs again next time", async () => {
    project.program('new local.Command("fails", { create: "echo tried >> tries; exit 3" });');
    const failed = await project.up();
    assert.notEqual(failed.code, 0);
    assert.match(failed.printed, /exit status 3: running "echo tried >> tries; exit 3":/);
    assert.doesNotMatch(project.state(), /local:Command/);
    await project.up();
    assert.equal(project.read("tries"), "tried\ntried\n");
  });

  it("a changed trigger replaces: create first, then delete with the old environment", async () => {
    const replaced = (name: string) =>
      project.program(`new local.Command("replaced", {
        create: "echo create $NAME >> order", delete: "echo delete $NAME >> order",
        environment: { NAME: "${name}" }, triggers: ["${name}"],
      });`);
    replaced("old");
    await project.up();
    replaced("new");
    await project.up();
    assert.equal(project.read("order"), "create old\ncreate new\ndelete old\n");
  });

  it("after a SIGKILL of the engine, a command that runs ends by itself and nothing stays", async () => {
    project.program(
      'new local.Command("slow", { create: "echo $PPID > plugin; sleep 2; echo late > late" });',
    );
    const shim = path.resolve("node_modules/.bin/pulumi");
    const flags = [
      "--yes",
      "--skip-preview",
      "--non-interactive",
      "--stack",
      "test",
      "--cwd",
      project.directory,
    ];
    const engine = spawn(shim, ["up", ...flags], { env: project.environment(), stdio: "ignore" });
    const started = () => project.has("plugin") && project.read("plugin") !== "";
    while (!started()) await wait(50);
    engine.kill("SIGKILL");
    const plugin = Number(project.read("plugin"));
    assert.equal(isRunning(plugin), true);
    while (!project.has("late")) await wait(50);
    for (let tries = 0; tries < 60 && isRunning(plugin); tries++) await wait(50);
    assert.equal(isRunning(plugin), false);
  });
});

describe("the stand-in steps aside", () => {
  let project: TemporaryProject;
  before(async () => {
    project = await TemporaryProject.create();
  });
  after(() => project.remove());

  it("where the official plugin is in the Pulumi home", async () => {
    const home = path.join(project.directory, "home");
    const plugins = path.join(home, "plugins", "resource-command-v1.2.1");
    fs.mkdirSync(plugins, { recursive: true });
    const script = `#!/bin/sh\ntouch ${project.directory}/official-was-asked\nexit 1\n`;
    fs.writeFileSync(path.join(plugins, "pulumi-resource-command"), script, { mode: 0o755 });
    project.home = home;
    project.program('new local.Command("any", { create: "true" });');
    await project.up();
    assert.equal(project.has("official-was-asked"), true);
  });
});
