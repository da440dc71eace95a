import assert from "node:assert/strict";
import { jahia } from "../../products/jahia";
import { compareVersions } from "../../products/version";

/** The guide of 7.3 names the targets: 7.2.3.2 and later, 7.3.0.0 and later. */
describe("The versions that Jahia's rolling upgrade works for", () => {
  const steps: [from: string, to: string, refused?: RegExp, unknown?: string][] = [
    ["7.2.1.0", "7.2.3.2"],
    ["7.2.3.2", "7.2.3.3"],
    ["7.2.3.3", "7.3.0.0"],
    ["7.2.3.1", "8.2.3.0"],
    ["7.3.4.1", "8.0.0.0"],
    ["8.1.8.0", "8.2.0.0"],
    ["8.2.2.1", "8.2.3.0"],
    ["8.2.3.0", "8.2.3.1"],
    ["8.2.3.0", "8.2.3.0"],
    ["9.0.0.0", "9.0.0.1"],
    ["7.2.1.0", "7.2.2.0", /does not lead to 7\.2\.2\.0, only to 7\.2\.3\.2 and later/],
    ["7.2.3.0", "7.2.3.1", /only to 7\.2\.3\.2/],
    ["7.0.0.0", "7.1.0.0", /only to 7\.2\.3\.2/],
    ["7.3.0.0", "7.4.0.0", /7\.4\.0\.0 is not among the releases known here/],
    ["8.2.3.0", "8.3.0.0", /8\.3\.0\.0 is not among the releases known here/, "8.3"],
    ["7.3.0.0", "9.0.0.0", /9\.0\.0\.0 is not among/, "9.0"],
    ["8.2.3.1", "8.2.3.0", /8\.2\.3\.0 is older than 8\.2\.3\.1/],
    ["8.0.0.0", "7.3.4.1", /is older than/],
  ];
  for (const [from, to, refused, unknown] of steps) {
    it(`${from} → ${to}: ${refused ? "refused" : "guaranteed"}`, () => {
      const verdict = jahia.path(from, to);
      assert.equal(verdict.guaranteed, refused === undefined);
      if (verdict.guaranteed || !refused) return;
      assert.match(verdict.why, refused);
      assert.equal(verdict.unknown, unknown);
      for (const offer of verdict.instead) {
        const offered = { "a later patch of its line": `${from.replace(/\d+$/, "999")}` }[offer] ?? offer;
        const target = offered.replace(/x$/, "0.0");
        assert.ok(compareVersions(target, from) > 0 && jahia.path(from, target).guaranteed, offer);
      }
    });
  }
  it("names the nearest allowed target first", () => {
    const verdict = jahia.path("7.2.1.0", "7.2.2.0");
    assert.deepEqual(!verdict.guaranteed && verdict.instead, ["7.2.3.2", "7.3.x", "8.0.x", "8.1.x", "8.2.x"]);
  });
});
