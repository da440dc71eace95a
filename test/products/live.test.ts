import assert from "node:assert/strict";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

const slots = { blue: slot("3.9.1"), green: slot("3.10.0") };

describe("the weights that the balancer gives", () => {
  const recorded = { blue: 100, green: 0 };
  const next = release(slots, 100);
  const drift = (observed: object) =>
    found(changeOf({ previous: next, next, observed })).filter(({ rule }) => rule === "traffic/drifted");

  it("are told where they are not those of the last release, with what the update writes", () => {
    const [finding, ...others] = drift({ drifted: { live: { blue: 70, green: 30 }, recorded } });
    assert.ok(finding);
    assert.deepEqual(others, []);
    assert.equal(finding.severity, "warning");
    assert.equal(finding.key, "gateway:traffic");
    assert.equal(
      finding.wrong,
      "The balancer gives blue 70 % and green 30 %; the last release recorded 100 and 0.",
    );
    assert.match(finding.remedy, /^The update writes blue 100 % and green 0 %\./);
  });

  it("are no finding where they are as recorded, or cannot be asked", () => {
    assert.deepEqual(drift({}), []);
    assert.deepEqual(drift({ balancerSilent: "The balancer cannot be asked" }), []);
  });
});
