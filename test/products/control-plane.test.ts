import assert from "node:assert/strict";
import { kong } from "../../products/kong";
import type { Product } from "../../products/product";
import type { Release } from "../../products/release";
import { changeOf, found } from "./changes";
import { release, slot } from "./releases";

const product: Product = { ...kong, rules: [], controlPlane: kong.settings };

const under = (version: string, base: Release): Release => ({
  ...base,
  controlPlane: { version, settings: {} },
});
const alone = (version: string) => release({ blue: slot(version) }, 100);
const pair = (blue: string, green: string, blueWeight: number) =>
  release({ blue: slot(blue), green: slot(green) }, blueWeight);

const review = (previous: Release | undefined, next: Release) =>
  found(changeOf({ product, previous, next }))
    .filter(({ rule }) => rule.startsWith("order/"))
    .map(({ rule, key, severity }) => `${severity} ${rule} ${key}`);

const refused = (name: string) => `error order/control-plane-first gateway:${name}.version`;
const warned = (name: string) => `warning order/skew gateway:${name}.version`;

describe("control plane and data planes", () => {
  const before = under("3.9.1", alone("3.9.1"));
  const table: [what: string, previous: Release | undefined, next: Release, found: string[]][] = [
    ["of one version", undefined, before, []],
    ["of one line: patches do not count", undefined, under("3.9.1", alone("3.9.5")), []],
    ["a product without a control plane", undefined, alone("3.9.1"), []],
    ["the control plane first", before, under("3.10.0", alone("3.9.1")), [warned("blue")]],
    ["both in one change", before, under("3.10.0", pair("3.9.1", "3.10.0", 100)), [warned("blue")]],
    ["both, and all traffic to the new ones", before, under("3.10.0", pair("3.9.1", "3.10.0", 0)), []],
    ["the data planes first", before, under("3.9.1", pair("3.9.1", "3.10.0", 100)), [refused("green")]],
    ["another major", undefined, under("3.9.1", alone("2.8.4")), [refused("blue")]],
    ["a later major", undefined, under("2.8.4", alone("3.9.1")), [refused("blue")]],
    ["by number, not by text", undefined, under("3.9.1", alone("3.10.0")), [refused("blue")]],
    [
      "a rollback to data planes that stayed behind",
      under("3.10.0", pair("3.9.1", "3.10.0", 0)),
      under("3.10.0", pair("3.9.1", "3.10.0", 100)),
      [],
    ],
  ];
  for (const [what, previous, next, expected] of table) {
    it(what, () => assert.deepEqual(review(previous, next), expected));
  }

  it("name the control plane's key as the way", () => {
    const findings = found(changeOf({ product, next: under("3.9.1", alone("3.10.0")) }));
    assert.equal(
      findings.find(({ rule }) => rule === "order/control-plane-first")?.remedy,
      "Raise gateway:controlPlane.version to 3.10.x first, or choose a version of blue up to 3.9.x.",
    );
  });

  it("never goes back: a downgrade of the control plane is refused as one", () => {
    const findings = found(
      changeOf({ product, previous: under("3.10.0", alone("3.9.1")), next: under("3.9.1", alone("3.9.1")) }),
    );
    assert.deepEqual(
      findings.map(({ rule, key }) => [rule, key]),
      [["path/downgrade", "gateway:controlPlane.version"]],
    );
  });
});
