import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { StandIn, UNKNOWN, secret, textAsset, type Properties } from "./stand-in";
import { startSshHost, type SshHost } from "./ssh-server";

const COMMAND = "command:remote:Command";
const COPY = "command:remote:CopyToRemote";
const ARCHIVE_MARK = { "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7" };

describe("the stand-in of the command plugin: remote resources", () => {
  let plugin: StandIn;
  let host: SshHost;
  let connection: Properties;
  before(async () => {
    plugin = await StandIn.start();
    host = await startSshHost();
    const login = { user: "tester", password: secret("tester"), dialErrorLimit: 2, perDialTimeout: 5 };
    connection = { ...login, host: "127.0.0.1", port: host.port };
  });
  after(async () => {
    await plugin.stop();
    await host.close();
  });
  const create = (inputs: Properties, type = COMMAND) => plugin.create({ connection, ...inputs }, { type });

  describe("remote.Command", () => {
    it("records the connection with its defaults, as a secret", async () => {
      const { inputs } = await plugin.check({ connection: { host: "h", password: secret("p") } }, COMMAND);
      const complete = {
        user: "root",
        port: 22,
        dialErrorLimit: 10,
        perDialTimeout: 15,
        host: "h",
        password: "p",
      };
      assert.deepEqual(inputs.connection, secret(complete));
    });
    it("needs a connection and a host", async () => {
      assert.deepEqual((await plugin.check({}, COMMAND)).failures, ["connection is missing"]);
      assert.deepEqual((await plugin.check({ connection: {} }, COMMAND)).failures, ["host is missing"]);
    });
    it("runs on the host, with environment and stdin", async () => {
      const outputs = await create({
        create: "cat; echo $A; echo err >&2",
        environment: { A: "b" },
        stdin: "in\n",
      });
      assert.deepEqual([outputs.stdout, outputs.stderr], ["in\nb", "err"]);
    });
    it("gives an update the output of before", async () => {
      const olds = { connection, stdout: "before", stderr: "" };
      const news = { connection, update: "echo [$PULUMI_COMMAND_STDOUT]" };
      assert.equal((await plugin.update(olds, news, { type: COMMAND })).stdout, "[before]");
    });
    it("runs nothing in a preview", async () => {
      const outputs = await plugin.create(
        { connection: UNKNOWN, create: "false" },
        { preview: true, type: COMMAND },
      );
      assert.equal(outputs.stdout, UNKNOWN);
    });
    it("says the command, its status and its output when it fails", async () => {
      const message = 'Process exited with status 3: running "echo one; exit 3":\none\n';
      await assert.rejects(create({ create: "echo one; exit 3" }), { message });
    });
    it("refuses to run without a variable that the host does not take", async () => {
      await assert.rejects(
        create({ create: "true", environment: { REFUSED: "x" } }),
        /could not set environment variable "REFUSED"/,
      );
    });
    it("tries again to connect, as often as it may", async () => {
      host.refuse = 2;
      assert.equal((await create({ create: "echo there" })).stdout, "there");
      host.refuse = 9;
      await assert.rejects(create({ create: "true" }), /after 2 failed attempts/);
      host.refuse = 0;
    });
    it("takes the host key it expects, and no other", async () => {
      const other = host.publicKey.replace(/AAAA(.{8})/, "AAAAXXXXXXXX");
      const expecting = (hostKey: string) =>
        create({ connection: { ...connection, dialErrorLimit: 0, hostKey }, create: "echo ok" });
      assert.equal((await expecting(host.publicKey)).stdout, "ok");
      await assert.rejects(expecting(other), /after 0 failed attempts/);
    });
  });

  describe("remote.CopyToRemote", () => {
    const at = (...names: string[]) => path.join(host.root, ...names);
    const archive = (directory: string) => ({ ...ARCHIVE_MARK, path: directory, hash: "h" });
    it("writes a text where it is told, and makes the directories", async () => {
      await create({ source: textAsset("hello"), remotePath: at("a", "b", "file") }, COPY);
      assert.equal(fs.readFileSync(at("a", "b", "file"), "utf8"), "hello");
    });
    it("copies a directory as itself, and with a trailing slash its contents", async () => {
      fs.mkdirSync(at("source", "deep"), { recursive: true });
      fs.writeFileSync(at("source", "deep", "file"), "x".repeat(100_000));
      await create({ source: archive(at("source")), remotePath: at("as-itself") }, COPY);
      await create({ source: archive(`${at("source")}/`), remotePath: at("contents") }, COPY);
      assert.equal(fs.statSync(at("as-itself", "source", "deep", "file")).size, 100_000);
      assert.equal(fs.statSync(at("contents", "deep", "file")).size, 100_000);
    });
    it("copies again only if the content or the path changed", async () => {
      const inputs = { connection, source: textAsset("one"), remotePath: at("again") };
      await plugin.update(inputs, { ...inputs, triggers: ["x"] }, { type: COPY });
      assert.equal(fs.existsSync(at("again")), false);
      await plugin.update(inputs, { ...inputs, source: textAsset("two") }, { type: COPY });
      assert.equal(fs.readFileSync(at("again"), "utf8"), "two");
    });
    it("refuses a text for a directory", async () => {
      await assert.rejects(
        create({ source: textAsset("x"), remotePath: host.root }, COPY),
        /is a directory; when using a text asset/,
      );
    });
    it("leaves the copy there on delete", async () => {
      await plugin.delete({ connection, source: textAsset("hello"), remotePath: at("a", "b", "file") }, COPY);
      assert.equal(fs.existsSync(at("a", "b", "file")), true);
    });
  });
});
