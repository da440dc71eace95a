import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { localPlace } from "../components/local/addressing";
import { readConfig } from "../stacks/config/read";
import { placeOf } from "../stacks/local-place";
import { CheckProblem } from "../tools/check/problem";
import { readReleaseFile } from "../tools/check/release-file";
import { readStackConfig } from "../tools/check/stack-config";
import { recorded } from "./products/changes";
import { release, slot } from "./products/releases";

const root = path.resolve(__dirname, "..");
const least = 'config:\n  gateway:product: kong\n  gateway:blue: { version: "3.9.1" }\n';
/** Where the embedded platform puts blue of a stack named "prod". */
const place = localPlace(8_000, ".local/prod", "blue");
const site = { platform: "local", "local.programs": "" };
const settings = { role: "traditional", properties: {} };
const record = recorded(release({ blue: slot("3.9.1", { place, site, settings }) }, 100));

describe("what npm run check reads", () => {
  let directory: string;
  before(() => (directory = mkdtempSync(path.join(tmpdir(), "check-"))));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  const configOf = (text: string) => readStackConfig(root, "prod", write("Pulumi.prod.yaml", text));

  describe("of a stack's config", () => {
    it("is what the engine hands to the program: text, and objects as JSON", () => {
      const { raw } = configOf(`${least}  gateway:drainLimit: 90\n  aws:region: x\n`);
      assert.equal(raw["gateway:product"], "kong");
      assert.equal(raw["gateway:blue"], '{"version":"3.9.1"}');
      assert.equal(raw["gateway:drainLimit"], "90");
    });
    it("takes the project's empty defaults for keys that are not given", () => {
      const { raw } = configOf(least);
      assert.equal(raw["gateway:window"], "{}", "Pulumi.yaml describes the key");
      const reading = readConfig(raw, placeOf("prod"));
      assert.deepEqual(reading.findings, []);
      assert.deepEqual(reading.settings?.asked, {
        ...{ acknowledge: [], customPlugins: [], acceptDowntime: undefined, window: undefined },
        ...{ windowOverride: undefined, promotedFrom: undefined, production: false, freeze: undefined },
      });
      assert.equal(reading.settings?.release.controlPlane, undefined);
    });
    it("has a placeholder for each secret, and its place", () => {
      const { raw, encrypted } = configOf(`${least}  gateway:database: { password: { secure: "v1:abc" } }\n`);
      assert.deepEqual(JSON.parse(raw["gateway:database"] ?? ""), { password: "encrypted" });
      assert.deepEqual(encrypted, ["gateway:database.password"]);
    });

    const bad: [what: string, text: string, message: RegExp][] = [
      ["no YAML", "config: {", /cannot be read as YAML: Flow map in block collection/],
      ["a key twice", "config:\n  gateway:a: 1\n  gateway:a: 2\n", /Map keys must be unique/],
      ["no keys", "- a\n", /holds no keys/],
      ["a list of keys", "config: [a]\n", /has no keys below "config:"/],
      [
        "a key without its namespace",
        "config:\n  product: kong\n",
        /"product" has no namespace; write "gateway:product"/,
      ],
      ["values from elsewhere", "environment: [prod]\n", /takes values from environments/],
      [
        "endless nesting",
        `config:\n  gateway:blue: ${"[".repeat(9_000)}`,
        /nested too deeply|cannot be read/,
      ],
      ["a bomb of aliases", `a: &a [1]\nb: &b [${"*a,".repeat(200)}]\nc: [${"*b,".repeat(200)}]\n`, /alias/],
    ];
    for (const [what, text, message] of bad) {
      it(`with ${what} is refused in one line`, () => {
        assert.throws(
          () => configOf(text),
          (error) => error instanceof CheckProblem && message.test(error.message),
        );
      });
    }
  });

  describe("of a last release", () => {
    const read = (content: unknown) =>
      readReleaseFile(
        write("outputs.json", typeof content === "string" ? content : JSON.stringify(content)),
        "--release",
      );
    it("is in all outputs of a stack, or alone", () => {
      assert.deepEqual(read({ release: record, url: "x", secrets: "[secret]" }), record);
      assert.deepEqual(read(record), record);
    });
    it("is none where outputs are empty", () => assert.equal(read({}), undefined));

    const bad: [what: string, content: unknown, message: RegExp][] = [
      ["no JSON", "{", /is no JSON/],
      ["a list", [], /holds no release/],
      ["nothing", "null", /holds no release/],
      ["other outputs", { url: "x" }, /holds no release/],
      ["text for a release", { release: "[secret]" }, /holds no release/],
      ["no weights", { ...record, weights: undefined }, /\(weights /],
      ["an older slot that is not there", { ...record, older: "green" }, /\(older is no slot of it\)/],
      [
        "a version that is none",
        { ...record, slots: { blue: slot("x") } },
        /\(slots\.blue\.version is no version\)/,
      ],
      ["a history of something else", { ...record, history: [1] }, /\(history\.0 /],
      ["a prototype", '{"slots":{"__proto__":{}},"__proto__":{"polluted":1}}', /holds no release/],
    ];
    for (const [what, content, message] of bad) {
      it(`with ${what} is refused in one line`, () => {
        assert.throws(
          () => read(content),
          (error) => error instanceof CheckProblem && message.test(error.message),
        );
      });
    }
    it("that is not there is told", () => {
      assert.throws(
        () => readReleaseFile(path.join(directory, "none"), "--release"),
        /^Error: --release .*no such file\.$/,
      );
    });
  });

  describe("and tells by its exit code", () => {
    const run = (...args: string[]) => {
      const command = ["--require", "./tools/typescript.cjs", "tools/check.ts", ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, command, {
        cwd: root,
        encoding: "utf8",
      });
      return { status, stdout, stderr: stderr.replace(/^.*npm warn.*\n/gm, "") };
    };
    it("0: nothing is wrong, and --json prints nothing but JSON", () => {
      const file = write("Pulumi.prod.yaml", least);
      const outputs = write("outputs.json", JSON.stringify({ release: record }));
      const { status, stdout } = run("--config-file", file, "--release", outputs, "--json");
      const outcome = JSON.parse(stdout) as Record<string, unknown[]>;
      assert.deepEqual(Object.keys(outcome), ["findings", "notChecked", "atPreview"]);
      assert.deepEqual([status, outcome.findings, outcome.notChecked], [0, [], []]);
    });
    it("1: an error was found", () => {
      const { status, stdout } = run(
        "--config-file",
        write("Pulumi.prod.yaml", `${least}  gateway:trafic: 1\n`),
      );
      assert.match(
        stdout,
        /^error: gateway:trafic: There is no such key\.\n {4}what to do: Did you mean traffic\?/,
      );
      assert.equal(status, 1);
    });
    it("2: the sample stack is fine, as far as it could be checked", () => {
      assert.equal(run("--stack", "kong-local").status, 2);
    });
    for (const args of [
      ["--stakc", "prod"],
      [],
      ["--stack", "../../etc/passwd; id"],
      ["prod"],
      ["--stack"],
    ]) {
      it(`3, with one line and the usage: ${args.join(" ") || "nothing"}`, () => {
        const { status, stdout, stderr } = run(...args);
        assert.deepEqual([status, stdout], [3, ""]);
        assert.match(stderr, /^[^\n]+ Usage: npm run check -- --stack NAME [^\n]+\n$/);
      });
    }
    it("3, with one line: a file that is not there", () => {
      const { status, stderr } = run("--stack", "nobody");
      assert.match(stderr, /^the stack's config [^\n]*Pulumi\.nobody\.yaml: there is no such file\.\n$/);
      assert.equal(status, 3);
    });
  });
});
