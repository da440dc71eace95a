import assert from "node:assert/strict";
import { kong } from "../../products/kong";
import type { Product } from "../../products/product";
import type { Release } from "../../products/release";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

const source = "https://vendor.example/switch";
const product: Product = {
  ...kong,
  rules: [],
  interruptions: ({ previous, next }) =>
    previous && next.weights.green !== previous.weights.green
      ? [
          {
            what: "all traffic",
            howLong: "from the stop of blue to the start of green: about a minute",
            source,
          },
        ]
      : [],
};

const pair = (blueWeight: number) => release({ blue: slot("3.9.1"), green: slot("3.10.0") }, blueWeight);

function review(previous: Release, next: Release, acceptDowntime?: string) {
  const asked = { acknowledge: [], customPlugins: [], production: false, acceptDowntime };
  return found(changeOf({ product, previous, next, asked })).filter(({ rule }) =>
    rule.startsWith("downtime/"),
  );
}

describe("what the vendor's procedure stops", () => {
  it("is refused until config says why that is fine", () => {
    assert.deepEqual(review(pair(100), pair(0)), [
      {
        severity: "error",
        rule: "downtime/not-accepted",
        key: "gateway:acceptDowntime",
        wrong:
          "The vendor's procedure stops all traffic, from the stop of blue to the start of green: about a minute.",
        remedy: "Say in gateway:acceptDowntime why that is fine, once it is.",
        source,
      },
    ]);
  });
  it("is told once it is accepted, with the reason", () => {
    const [finding] = review(pair(100), pair(0), "Nobody uses it on Sundays.");
    assert.equal(finding?.severity, "warning");
    assert.match(finding.wrong, /stops all traffic/);
    assert.match(finding.remedy, /Nobody uses it on Sundays\.$/);
  });
  it("is told of a rollback, which is not refused for it", () => {
    assert.deepEqual(
      review(pair(0), pair(100)).map(({ severity }) => severity),
      ["warning"],
    );
  });
  it("is nothing where nothing stops", () => assert.deepEqual(review(pair(0), pair(0)), []));
});
