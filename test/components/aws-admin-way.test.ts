import assert from "node:assert/strict";
import { closedMessage } from "../../components/aws/admin-listener";
import { wantedWay } from "../../components/aws/admin-way";
import { adminNameOf, namesOf } from "../../components/aws/names";
import { release, slot } from "../products/releases";

const [blue, green] = [slot("3.9.1"), slot("3.10.0")];

describe("the way to the Admin API on AWS", () => {
  it("is open on the slot that is alone, and on the newer one with all weight", () => {
    const alone = wantedWay(release({ blue }, 100), "hold");
    assert.deepEqual([alone.slot, alone.isOpen], ["blue", true]);
    const newer = wantedWay(release({ blue, green }, 0), "hold");
    assert.deepEqual([newer.slot, newer.isOpen], ["green", true]);
  });
  for (const ofBlue of [1, 50, 100]) {
    it(`leads to the older one at ${ofBlue} %, closed unless changes are only detected`, () => {
      const both = release({ blue, green }, ofBlue);
      assert.deepEqual(wantedWay(both, "hold"), { slot: "blue", isOpen: false, needsAll: false });
      assert.deepEqual(wantedWay(both, "detect"), { slot: "blue", isOpen: true, needsAll: false });
    });
  }

  it("says why it is closed, and the two ways out, in what AWS takes of an answer", () => {
    const message = closedMessage(release({ blue, green }, 100));
    assert.match(message, /Give green all weight.*take green out, which opens that of blue/);
    assert.ok(JSON.stringify({ message }).length <= 1_024);
  });

  it("has a target group named no longer than that of traffic, and never the same", () => {
    const names = namesOf("gw-g1");
    for (const life of ["blue-3.9.1-g1", "green-3.10.0.11-g12"]) {
      assert.equal(names.admin(life).length, names.ofLife(life).length);
      assert.notEqual(names.admin(life), names.ofLife(life));
      assert.equal(adminNameOf(names.ofLife(life)), names.admin(life));
    }
  });
});
