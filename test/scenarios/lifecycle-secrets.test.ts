import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { readCredentials } from "../../components/local/credentials-file";
import type { Ran } from "../../tools/stack";
import { givenStack, nothingLeft, stateFile, stepLimit, whoAnswersAnything } from "./given";

const shared = "shared-Pa55word-of-the-config";
const ofGreen = "green-Pa55word-of-its-own";
const secrets = [shared, ofGreen];

/** Command lines of every process, seen over and over until `stop`: those that hold a secret. */
function watchProcessList(): { stop: () => string[] } {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const line = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
      if (secrets.some((secret) => line.includes(secret))) seen.add(line);
    }
  };
  const timer = setInterval(look, 15);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen];
    },
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    // A process that ended, or a file that went, meanwhile.
    return "";
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Files below a directory that hold a secret, with who may read them. */
function holdersBelow(directory: string): { file: string; mode: string }[] {
  return filesBelow(directory)
    .filter((file) => secrets.some((secret) => read(file).includes(secret)))
    .map((file) => ({
      file: path.relative(directory, file),
      mode: (statSync(file).mode & 0o777).toString(8),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

describe("given passwords in the config, set as secrets", function () {
  this.timeout(stepLimit);
  const given = givenStack("secrets", { passphrase: true });
  const printed: Ran[] = [];

  before(async () => {
    const { stack } = given;
    await stack.configure({
      blue: { version: "3.9.1" },
      green: { version: "3.10.0" },
      traffic: { green: 50 },
    });
    const file = path.join(stack.directory, `Pulumi.${stack.name}.yaml`);
    for (const [key, value] of [
      ["gateway:database.password", shared],
      ["gateway:green.database.password", ofGreen],
    ] as const) {
      const set = ["config", "set", "--secret", "--path", key, value, "--config-file", file];
      assert.equal((await stack.run(set)).code, 0);
    }
    assert.deepEqual(holdersBelow(stack.directory), []);
  });

  it("when two slots are provisioned, both in use, no process ever has a password among its arguments", async () => {
    const { stack } = given;
    const watch = watchProcessList();
    printed.push(await stack.up());
    assert.deepEqual(watch.stop(), []);
    assert.equal(printed[0]?.code, 0, printed[0]?.output);
    const { given: known } = readCredentials(stack.gateway);
    assert.deepEqual([known.blue?.password, known.green?.password], secrets);
    assert.match(await whoAnswersAnything(stack), /blue|green/);
  });

  it("then only owner-only files have them: the credentials, and Kong's own", () => {
    const owner = { mode: "600" };
    assert.deepEqual(holdersBelow(given.stack.gateway), [
      { file: "credentials.json", ...owner },
      { file: "nodes/blue-1/prefix/.kong_env", ...owner },
      { file: "nodes/green-1/prefix/.kong_env", ...owner },
    ]);
  });

  it("then the state has them only encrypted, of whatever moment", async () => {
    const { stack } = given;
    assert.match(await readFile(stateFile(stack), "utf8"), /ciphertext/);
    assert.deepEqual(holdersBelow(path.join(stack.directory, "state")), []);
  });

  it("when it is previewed with a change, with all that can be shown, and destroyed, nothing prints them", async () => {
    const { stack } = given;
    const file = path.join(stack.directory, `Pulumi.${stack.name}.yaml`);
    const traffic = ["config", "set", "--path", "gateway:traffic.green", "0", "--config-file", file];
    assert.equal((await stack.run(traffic)).code, 0);
    const watch = watchProcessList();
    printed.push(await stack.start(["preview", "--diff"]).ended);
    printed.push(await stack.start(["preview", "--json"]).ended);
    printed.push(await stack.destroy());
    assert.deepEqual(watch.stop(), []);
    for (const { code, output } of printed) {
      assert.equal(code, 0, output);
      for (const secret of secrets) assert.ok(!output.includes(secret), output);
    }
  });

  it("then nothing of them is left, neither in the snapshots nor in the record of the past", async () => {
    const { stack } = given;
    await nothingLeft(stack);
    assert.deepEqual(holdersBelow(stack.directory), []);
  });
});
