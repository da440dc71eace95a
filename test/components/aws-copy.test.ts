import assert from "node:assert/strict";
import type { DBInstance } from "@aws-sdk/client-rds";
import { copyProblems } from "../../components/aws/live/copy";
import { contextsOf, type SlotContext } from "../../components/slot-context";
import { release, slot } from "../products/releases";

/** Slots as far as a copy looks at them. */
function slots(): [SlotContext, SlotContext] {
  const databases = { storage: 50, class: "db.m6g.large", multiZone: false };
  const place = { region: "eu-central-1", gateway: "gw", databases };
  const [older, newer] = contextsOf(
    release({ blue: slot("3.9.1", { place }), green: slot("3.10.0", { place }) }, 100),
  );
  assert.ok(older && newer);
  return [older, newer];
}

const enough = {
  ...{ DBInstanceIdentifier: "theirs", AllocatedStorage: 50, DBInstanceClass: "db.m6g.large" },
  ...{ MultiAZ: false, StorageEncrypted: true },
};

describe("a copy of an existing gateway's instance", () => {
  const table: [what: string, found: DBInstance, ...keys: string[]][] = [
    ["of the same size", enough],
    ["of a smaller one", { ...enough, AllocatedStorage: 20, DBInstanceClass: "db.t4g.medium" }],
    ["of a class whose size its name does not tell", { ...enough, DBInstanceClass: "db.m6g.metal" }],
    ["of one with more storage", { ...enough, AllocatedStorage: 51 }, "gateway:green.aws.databases.storage"],
    [
      "of one of a larger class",
      { ...enough, DBInstanceClass: "db.r6g.xlarge" },
      "gateway:green.aws.databases.class",
    ],
    ["of one in two zones", { ...enough, MultiAZ: true }, "gateway:green.aws.databases.multiZone"],
    [
      "of one that is not encrypted",
      { ...enough, StorageEncrypted: false },
      "gateway:blue.existing.database.instance",
    ],
    [
      "of one that is all of it",
      { ...enough, AllocatedStorage: 60, StorageEncrypted: false },
      "gateway:green.aws.databases.storage",
      "gateway:blue.existing.database.instance",
    ],
  ];
  for (const [what, found, ...keys] of table) {
    it(`${what}: ${keys.length === 0 ? "nothing is wrong" : `refused by ${keys.join(" and ")}`}`, () => {
      const problems = copyProblems(found, ...slots());
      assert.deepEqual(
        problems.map(({ key }) => key),
        keys,
      );
      for (const { wrong, remedy } of problems) assert.ok(wrong.includes("theirs") && remedy !== "", wrong);
    });
  }
});
