import assert from "node:assert/strict";
import fc from "fast-check";
import { compareVersions, parseVersion, version } from "../../products/version";

describe("versions", () => {
  describe("what is one", () => {
    const versions: [text: string, line: string][] = [
      ["3.9.1", "3.9"],
      ["3.10.0", "3.10"],
      ["3.10.0.11", "3.10"],
      ["2.8.4.13", "2.8"],
      ["0.0.0", "0.0"],
    ];
    for (const [text, line] of versions) {
      it(`${text} is one, of the line ${line}`, () => {
        assert.equal(parseVersion(text)?.line, line);
        assert.equal(parseVersion(text)?.text, text);
      });
    }

    const others = ["", "3", "3.10", "3.1", "v3.10.0", "3.10.x", "3.10.0.1.2", "3.10.0-rc.1", "3.10.0+build"];
    const spelled = [
      " 3.10.0",
      "3.10.0\n",
      "3.010.0",
      "3.10.0.01",
      "3..0",
      "-3.1.0",
      "1234567.0.0",
      "latest",
    ];
    for (const text of [...others, ...spelled]) {
      it(`${JSON.stringify(text)} is none`, () => {
        assert.equal(parseVersion(text), undefined);
        assert.throws(() => version(text), /is no version of three or four numbers/);
      });
    }
  });

  describe("their order", () => {
    const ordered = [
      "2.8.4",
      "3.0.0",
      "3.4.3.12",
      "3.9.0",
      "3.9.1",
      "3.9.10",
      "3.10.0",
      "3.10.0.2",
      "3.10.0.11",
      "3.10.1",
      "3.14.0",
    ];
    for (const [index, older] of ordered.slice(0, -1).entries()) {
      const newer = ordered[index + 1] as string;
      it(`${older} is older than ${newer}`, () => {
        assert.ok(compareVersions(older, newer) < 0);
        assert.ok(compareVersions(newer, older) > 0);
      });
    }
    it("3.10.0 and 3.10.0.0 are the same release", () =>
      assert.equal(compareVersions("3.10.0", "3.10.0.0"), 0));

    it("is an order", () => {
      const number = fc.integer({ min: 0, max: 20 });
      const some = fc
        .array(number, { minLength: 3, maxLength: 4 })
        .map((parts) => ({ text: parts.join("."), parts: [...parts, 0].slice(0, 4) }));
      fc.assert(
        fc.property(some, some, (a, b) => {
          const first = a.parts.findIndex((part, index) => part !== b.parts[index]);
          const expected = first < 0 ? 0 : (a.parts[first] as number) - (b.parts[first] as number);
          assert.equal(Math.sign(compareVersions(a.text, b.text)), Math.sign(expected));
        }),
      );
    });
  });
});
