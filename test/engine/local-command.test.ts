import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { StandIn, UNKNOWN, secret } from "./stand-in";

describe("the stand-in of the command plugin: local.Command", () => {
  let plugin: StandIn;
  let directory: string;
  before(async () => {
    plugin = await StandIn.start();
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "stand-in-"));
  });
  after(async () => {
    await plugin.stop();
    fs.rmSync(directory, { recursive: true });
  });

  describe("check", () => {
    it("takes inputs of the right type as they are", async () => {
      const inputs = { create: "true", environment: { A: secret("b") }, triggers: [1, "x"] };
      assert.deepEqual(await plugin.check(inputs), { inputs, failures: [] });
    });
    it("names the input of a wrong type", async () => {
      const { failures } = await plugin.check({ environment: { PORT: 80 }, logging: "all" });
      assert.deepEqual(failures, [
        'logging must be one of "stdout", "stderr", "stdoutAndStderr" and "none"',
        "environment must be a map of strings",
      ]);
    });
    it("leaves what is not known yet for later", async () => {
      assert.deepEqual((await plugin.check({ environment: UNKNOWN })).failures, []);
    });
  });

  describe("diff", () => {
    const old = { create: "a", delete: "b", environment: { A: "1", "b.c": "2" }, triggers: ["x"] };
    const cases: [string, typeof old | object, string[]][] = [
      ["nothing", old, []],
      ["create", { ...old, create: "other" }, ["create"]],
      ["the text of delete", { ...old, delete: "other" }, ["delete"]],
      ["an update that was not there", { ...old, update: "c" }, ["update"]],
      ["a variable", { ...old, environment: { A: "2", "b.c": "2" } }, ["environment.A"]],
      ["a variable with a dot", { ...old, environment: { A: "1", "b.c": "3" } }, ['environment["b.c"]']],
      ["a variable less", { ...old, environment: { A: "1" } }, ['environment["b.c"]']],
      [
        "a variable that becomes secret",
        { ...old, environment: { A: secret("1"), "b.c": "2" } },
        ["environment.A"],
      ],
      ["a trigger", { ...old, triggers: ["y"] }, ["triggers[0]!"]],
      ["a trigger more", { ...old, triggers: ["x", "y"] }, ["triggers[1]!"]],
      ["what is not known yet", { ...old, create: UNKNOWN }, ["create"]],
    ];
    for (const [what, news, changed] of cases) {
      it(`sees ${what} as ${changed.join() || "no change"}`, async () => {
        assert.deepEqual(await plugin.diff(old, news as typeof old), changed);
      });
    }
  });

  describe("preview", () => {
    const recorded = { create: "a", stdout: "out", stderr: "" };
    it("runs nothing, and knows no output of a new command", async () => {
      const file = path.join(directory, "previewed");
      const outputs = await plugin.create({ create: `touch ${file}` }, { preview: true });
      assert.deepEqual([outputs.stdout, outputs.stderr], [UNKNOWN, UNKNOWN]);
      assert.equal(fs.existsSync(file), false);
    });
    it("knows no output of a command with a changed input", async () => {
      const { stdout } = await plugin.update(recorded, { create: "b" }, { preview: true });
      assert.equal(stdout, UNKNOWN);
    });
    it("keeps the output of an unchanged one", async () => {
      const { stdout } = await plugin.update(recorded, { create: "a" }, { preview: true });
      assert.equal(stdout, "out");
    });
  });

  describe("create", () => {
    it("records what was printed, each without its last line end", async () => {
      const { stdout, stderr } = await plugin.create({ create: "printf 'a\\n\\n'; echo b >&2" });
      assert.deepEqual([stdout, stderr], ["a\n", "b"]);
    });
    it("records empty outputs where there is nothing to run", async () => {
      assert.deepEqual(await plugin.create({ delete: "true" }), { delete: "true", stdout: "", stderr: "" });
    });
    it("passes stdin, environment and directory, and uses the interpreter", async () => {
      const { stdout } = await plugin.create({
        create:
          "const fs = require('fs'); console.log(fs.readFileSync(0, 'utf8'), process.env.A, process.cwd())",
        interpreter: [process.execPath, "-e"],
        stdin: "given",
        environment: { A: "b" },
        dir: directory,
      });
      assert.equal(stdout, `given b ${fs.realpathSync(directory)}`);
    });
    it("does not mind a command that leaves its stdin unread", async () => {
      await plugin.create({ create: "true", stdin: "x".repeat(1_000_000) });
    });
    it("says the command, its status and all it printed when it fails", async () => {
      await assert.rejects(plugin.create({ create: "echo one; echo two >&2; exit 3" }), {
        message: /^exit status 3: running "echo one; echo two >&2; exit 3":\n(one\ntwo|two\none)\n$/,
      });
    });
    it("says which program or directory is not there", async () => {
      const dir = path.join(directory, "missing");
      await assert.rejects(
        plugin.create({ create: "true", dir }),
        /cannot start \/bin\/sh in .*missing: no such file/,
      );
    });
    it("refuses by name what it does not do", async () => {
      await assert.rejects(
        plugin.create({ create: "true", assetPaths: ["*"] }),
        /assetPaths is not supported/,
      );
    });
    it("waits for a process left behind that holds the output", async () => {
      assert.equal(
        (await plugin.create({ create: "(sleep 0.3; echo late) & echo soon" })).stdout,
        "soon\nlate",
      );
    });
    it("runs several at the same time", async () => {
      const [one, other] = ["one", "other"].map((name) => path.join(directory, name));
      const meet = (mine: string, theirs: string) =>
        `touch ${mine}; until [ -e ${theirs} ]; do sleep 0.02; done`;
      await Promise.all([
        plugin.create({ create: meet(one!, other!) }),
        plugin.create({ create: meet(other!, one!) }),
      ]);
    });
    it("kills a command at the time limit of the resource", async () => {
      await assert.rejects(
        plugin.create({ create: "exec sleep 60" }, { timeout: 0.2 }),
        /^Error: signal: killed: running/,
      );
    });
  });

  describe("update", () => {
    const recorded = { create: "echo created", stdout: "before", stderr: "" };
    const show = "echo [$PULUMI_COMMAND_STDOUT]";
    it("runs update", async () => {
      assert.equal((await plugin.update(recorded, { create: "exit 1", update: "echo new" })).stdout, "new");
    });
    it("runs create again where update is unset", async () => {
      assert.equal((await plugin.update(recorded, { create: "echo again" })).stdout, "again");
    });
    it("sets stdout to nothing where update is empty", async () => {
      assert.equal((await plugin.update(recorded, { create: "echo again", update: "" })).stdout, "");
    });
    it("keeps the output where there is nothing to run", async () => {
      assert.equal((await plugin.update(recorded, {})).stdout, "before");
    });
    it("gives the command the output of before", async () => {
      assert.equal((await plugin.update(recorded, { update: show })).stdout, "[before]");
    });
    it("gives it none with addPreviousOutputInEnv: false", async () => {
      const news = { update: show, addPreviousOutputInEnv: false };
      assert.equal((await plugin.update(recorded, news)).stdout, "[]");
    });
  });

  describe("delete", () => {
    it("runs with what is recorded", async () => {
      const file = path.join(directory, "deleted");
      const command = `echo $WHO $PULUMI_COMMAND_STDOUT > ${file}`;
      await plugin.delete({
        delete: command,
        environment: { WHO: secret("old") },
        stdout: "made",
        stderr: "",
      });
      assert.equal(fs.readFileSync(file, "utf8"), "old made\n");
    });
    it("does nothing where there is no delete", async () => {
      await plugin.delete({ create: "exit 1", stdout: "", stderr: "" });
    });
  });

  describe("secrets", () => {
    it("are opened for the command and stay secret where they were given, but not in the output", async () => {
      const environment = { A: secret("hidden") };
      const outputs = await plugin.create({ create: "echo $A", environment });
      assert.deepEqual(outputs, { create: "echo $A", environment, stdout: "hidden", stderr: "" });
    });
  });

  describe("logging", () => {
    const command = "echo out; echo err >&2";
    const cases: [string | undefined, string[]][] = [
      [undefined, ["err", "out"]],
      ["stdoutAndStderr", ["err", "out"]],
      ["stdout", ["out"]],
      ["stderr", ["err"]],
      ["none", []],
    ];
    for (const [logging, lines] of cases) {
      it(`${logging ?? "by default"} shows ${lines.join(" and ") || "nothing"}`, async () => {
        plugin.logged.length = 0;
        await plugin.create({ create: command, ...(logging ? { logging } : {}) });
        assert.deepEqual(plugin.logged.map(({ message }) => message).sort(), lines);
      });
    }
  });

  describe("the function local.run", () => {
    it("runs at once and returns its arguments and the output", async () => {
      const returned = await plugin.invoke({ command: "echo $A", environment: { A: "b" } });
      assert.deepEqual(returned, { command: "echo $A", environment: { A: "b" }, stdout: "b", stderr: "" });
    });
  });

  describe("what it does not know", () => {
    it("is refused by name", async () => {
      await assert.rejects(
        plugin.create({}, { type: "command:local:Other" }),
        /does not know the resource type command:local:Other/,
      );
      await assert.rejects(
        plugin.invoke({}, "command:local:other"),
        /does not know the function command:local:other/,
      );
    });
  });
});

describe("the stand-in of the command plugin: its end", () => {
  let plugin: StandIn;
  beforeEach(async () => {
    plugin = await StandIn.start();
  });
  afterEach(() => plugin.stop());

  it("a cancel kills what runs", async () => {
    const running = assert.rejects(plugin.create({ create: "exec sleep 60" }), /signal: killed/);
    await wait(200);
    await plugin.cancel();
    await running;
  });
  it("idle, it goes with the engine", async () => {
    await plugin.loseEngine();
  });
  it("a command that runs when the engine dies runs to its end, and then the plugin goes", async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "stand-in-"));
    const file = path.join(directory, "late");
    const running = plugin
      .create({ create: `sleep 0.5; echo said; echo done > ${file}` })
      .catch(() => undefined);
    await wait(200);
    await plugin.loseEngine();
    assert.equal(fs.readFileSync(file, "utf8"), "done\n");
    await running;
    fs.rmSync(directory, { recursive: true });
  });
});
