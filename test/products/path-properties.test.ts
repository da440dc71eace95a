import assert from "node:assert/strict";
import fc from "fast-check";
import { products } from "../../products/catalogue";
import type { Product } from "../../products/product";
import { review } from "../../products/rule";
import { pathRules } from "../../products/rules/path";
import { compareVersions, parseVersion } from "../../products/version";
import { changeOf } from "./changes";
import { release, slot } from "./releases";

const numbers = (...most: number[]) =>
  fc.tuple(...most.map((max) => fc.integer({ min: 0, max }))).map((parts) => parts.join("."));

/** Versions as vendors write them: three parts or four, about the lines that are known, and dates. */
const someVersion = fc.oneof(
  numbers(4, 17, 3),
  numbers(17, 3).map((rest) => `3.${rest}`),
  numbers(17, 2, 20).map((rest) => `3.${rest}`),
  numbers(9, 5, 4),
  numbers(5, 3).map((rest) => `7.${rest}`),
  numbers(4, 3, 3).map((rest) => `7.${rest}`),
  fc
    .record({ year: fc.integer({ min: 2019, max: 2026 }), month: fc.integer({ min: 1, max: 12 }) })
    .map(({ year, month }) => `7.7.${year}${String(month).padStart(2, "0")}28`),
  numbers(2, 3, 3).map((rest) => `8.${rest}`),
);

/** A line, or a version, as one release of it: "3.10", "3.10.x" and "3.10.0" are 3.10.0. Undefined for what is told in words. */
function oneOf(text: string): string | undefined {
  const line = text.replace(/\.x$/, "");
  return parseVersion(line)?.text ?? parseVersion(`${line}.0`)?.text;
}

function findings(product: Product, from: string, to: string) {
  const next = release({ green: slot(to) }, 0);
  return review(pathRules, changeOf({ product, next, restoredVersion: from }), []).findings;
}

const runs = { numRuns: 2_000 };

for (const product of Object.values(products)) {
  const { path, title } = product;

  describe(`${title}'s version paths, whatever the versions`, () => {
    it("are each either guaranteed or refused once, with something to do", () => {
      const check = (from: string, to: string) => {
        const found = findings(product, from, to);
        if (from === to || path(from, to).guaranteed) return assert.deepEqual(found, []);
        assert.equal(found.length, 1);
        assert.equal(found[0]?.severity, "error");
        assert.doesNotMatch(found[0].wrong + found[0].remedy, /undefined|null|NaN/);
        assert.notEqual(found[0].remedy, "");
      };
      fc.assert(fc.property(someVersion, someVersion, check), runs);
    });

    it("never go backwards", () => {
      const check = (from: string, to: string) => {
        if (path(from, to).guaranteed) assert.ok(compareVersions(from, to) <= 0, `${from} → ${to}`);
      };
      fc.assert(fc.property(someVersion, someVersion, check), runs);
    });

    it("are refused with a way of which each step is guaranteed", () => {
      const check = (from: string, to: string) => {
        const verdict = path(from, to);
        if (verdict.guaranteed || verdict.via.length === 0) return;
        const way = [from, ...verdict.via.map(oneOf), to];
        way.slice(1).forEach((next, index) => {
          const before = way[index];
          assert.ok(before && next, `${from} → ${verdict.via.join(" → ")} → ${to}: no versions`);
          assert.ok(path(before, next).guaranteed, `${from} → ${to}: ${before} → ${next} is refused too`);
        });
      };
      fc.assert(fc.property(someVersion, someVersion, check), runs);
    });

    it("are refused with versions instead that are accepted", () => {
      const check = (from: string, to: string) => {
        const verdict = path(from, to);
        if (verdict.guaranteed) return;
        assert.ok(!verdict.instead.includes(to), `${from} → ${to} is both refused and offered`);
        for (const version of verdict.instead.flatMap((text) => oneOf(text) ?? [])) {
          assert.ok(path(from, version).guaranteed, `${from} → ${to}: ${version} is refused too`);
          assert.deepEqual(findings(product, from, version), []);
        }
      };
      fc.assert(fc.property(someVersion, someVersion, check), runs);
    });
  });
}
