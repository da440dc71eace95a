import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

describe("pg as we load it", () => {
  it("does not make Node load fetch", () => {
    const script = `
      let asked = false;
      Object.defineProperty(globalThis, "Response", { get: () => { asked = true; } });
      require("./tools/quick-pg.cjs");
      require("pg");
      console.log(asked);
    `;
    const printed = execFileSync(process.execPath, ["-e", script], { cwd: path.resolve(__dirname, "..") });
    assert.equal(printed.toString(), "false\n");
  });
});
