import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { configDiff, progressLine, whatWasDone } from "../tools/demo/engine";
import { wrap } from "../tools/demo/screen";
import { lastAnswerAfter, whatFailed } from "../tools/demo/verdict";
import type { Ledger } from "../sandbox/load/ledger";
import { project } from "../tools/stack";

interface Ended {
  code: number | null;
  output: string;
}

/** Under a minute where the machine has nothing else to do, in milliseconds. */
const longest = 420_000;

/** Runs the demo as `npm run demo` does after the set-up, with a place of its own for temporary files. */
async function runDemo(args: string[], environment: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ["--require", "./tools/typescript.cjs", "tools/demo.ts", ...args], {
    cwd: project,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  // Told to end, it cleans up after itself; a test that timed out by itself would leave its processes behind.
  const limit = setTimeout(() => child.kill("SIGINT"), longest);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(limit);
  return { code, output };
}

describe("the demo", () => {
  let temporary: string;

  beforeEach(() => {
    temporary = mkdtempSync(path.join(tmpdir(), "demo-"));
    // As root, PostgreSQL's server runs as another user, who must be able to pass through.
    chmodSync(temporary, 0o711);
  });

  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith("gateway-"));

  it("upgrades and rolls back without losing a request, and leaves nothing behind", async function () {
    this.timeout(longest + 120_000);
    // Whether a busy machine keeps the rate is the demo's own question, not this test's: nothing may be lost either way.
    const args = ["--requests", "1000", "--rate", "50", "--at-once"];
    const { code, output } = await runDemo(args, { TMPDIR: temporary });

    assert.equal(code, output.includes("FAILED: the load was not steady") ? 1 : 0, output);
    assert.match(output, /green-3\.10\.0-g1-database create/, "the preview as it prints");
    assert.match(output, /200 from green, Kong 3\.10\.0/);
    assert.match(output, /\/invoices: 200 with the key of alice, 401 without it/);
    assert.match(output, /sent (\d+), answered \1, lost 0/);
    assert.match(output, /to the last request that green answered: [\d.]+ s/);
    assert.deepEqual(leftovers(), []);
    const tooWide = output.split("\n").filter((line) => line.length > 100 && line.includes(" "));
    assert.deepEqual(tooWide, []);
  });

  it("fails and says what was lost when the gateway loses requests, and leaves nothing behind", async function () {
    this.timeout(longest + 120_000);
    const faults = path.join(temporary, "faults");
    writeFileSync(faults, "3.9.1:5xx=0.05");
    // So many by the time it looks that none lost is out of the question.
    const { code, output } = await runDemo(["--requests", "1000", "--rate", "200"], {
      TMPDIR: temporary,
      KONG_TWIN_FAULTS_FILE: faults,
    });

    assert.equal(code, 1, output);
    assert.match(output, /FAILED: \d+ of \d+ requests were lost before the upgrade began/);
    assert.match(output, /slot blue, .*status 500/s);
    assert.deepEqual(leftovers(), []);
  });
});

describe("the demo's verdict", () => {
  const good = {
    ...{ sent: 20_000, lost: 0, lostByKind: {}, steady: true, secondsBelow: 0, skipped: 0, fullSeconds: 67 },
    ...{ ratePerSecond: 300, slots: [{ slot: "green", lastAnsweredAt: 12_500 }] },
  } as unknown as Ledger;

  const cases: [string, Partial<Ledger>, RegExp[]][] = [
    ["nothing, when all was answered at a steady rate", {}, []],
    [
      "what was lost",
      { lost: 3, lostByKind: { status: 2, cut: 1 } },
      [/^3 of 20,000 .*2 by status, 1 by cut$/],
    ],
    [
      "a rate that was not steady",
      { steady: false, secondsBelow: 4, skipped: 9 },
      [/not steady: in 4 of 67 seconds/],
    ],
    [
      "nothing, when requests slipped into the next second and none was skipped",
      { steady: false, secondsBelow: 1 },
      [],
    ],
    ["too few requests", { sent: 19_999 }, [/^only 19,999 of at least 20,000/]],
  ];
  for (const [what, change, expected] of cases) {
    it(`names ${what}`, () => {
      const failed = whatFailed({ ...good, ...change }, 20_000);
      assert.equal(failed.length, expected.length);
      expected.forEach((pattern, index) => assert.match(failed[index] ?? "", pattern));
    });
  }

  it("measures from the rollback's start to the slot's last answer", () => {
    assert.equal(lastAnswerAfter(good, "green", 10_000), 2.5);
    assert.equal(lastAnswerAfter(good, "green", 13_000), undefined);
    assert.equal(lastAnswerAfter(good, "blue", 10_000), undefined);
  });
});

describe("the demo's text", () => {
  it("shows a command that is done, and nothing of all else that the engine prints", () => {
    const line = " +  command:local:Command green-1 created (2s) ";
    assert.match(progressLine(line) ?? "", /^ {2}\+ green-1 +2\.0 s$/);
    assert.equal(progressLine(" +  command:local:Command green-1 creating (0s) "), undefined);
    assert.equal(progressLine(" +  gateway:index:Freeze green created (2s) "), undefined);
    assert.equal(
      whatWasDone("Resources:\n    + 13 created\n    ~ 3 updated\n    16 changes"),
      "13 created, 3 updated",
    );
  });

  it("shows a change of config as a diff", () => {
    const before = { blue: { version: "3.9.1" }, traffic: { green: 10 } };
    const after = { blue: { version: "3.9.1" }, traffic: { green: 100 } };
    assert.deepEqual(configDiff(before, after), [
      "- gateway:traffic: { green: 10 }",
      "+ gateway:traffic: { green: 100 }",
    ]);
  });

  it("breaks long lines between words, never within one", () => {
    assert.deepEqual(wrap("  one two three", 10), ["  one two", "    three"]);
    assert.deepEqual(wrap("averylongword next", 5), ["averylongword", "  next"]);
  });
});
