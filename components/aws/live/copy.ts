import type { DBInstance } from "@aws-sdk/client-rds";
import type { Problem } from "../../../products/problem";
import type { SlotContext } from "../../slot-context";
import { sizeOfClass } from "../class-size";
import { placeOf } from "../slot-settings";

/**
 * Why a copy of an existing gateway's instance would be less than it, or other than what is made here. RDS restores at the
 * size of the copied one at least, and encrypts none that was not.
 */
export function copyProblems(found: DBInstance, older: SlotContext, newer: SlotContext): Problem[] {
  const { storage, class: size, multiZone } = placeOf(newer.slot).databases;
  const instance = `${older.name}'s instance ${found.DBInstanceIdentifier}`;
  const less = (key: string, is: string, was: string, value: string): Problem => ({
    key: `gateway:${newer.name}.aws.databases.${key}`,
    wrong: `${newer.name}'s database is to have ${is}, and ${instance}, which it is copied from, has ${was}.`,
    remedy: `Set it to ${value}${key === "multiZone" ? "" : " or more"}.`,
  });
  const { AllocatedStorage = 0, DBInstanceClass = "", MultiAZ, StorageEncrypted } = found;
  const isSmaller = (sizeOfClass(size) ?? Infinity) < (sizeOfClass(DBInstanceClass) ?? 0);
  return [
    ...(AllocatedStorage > storage
      ? [less("storage", `${storage} GiB`, `${AllocatedStorage} GiB`, String(AllocatedStorage))]
      : []),
    ...(isSmaller ? [less("class", `the class ${size}`, DBInstanceClass, DBInstanceClass)] : []),
    ...(MultiAZ && !multiZone ? [less("multiZone", "one zone", "two", "true")] : []),
    ...(StorageEncrypted === false
      ? [
          {
            key: `gateway:${older.name}.existing.database.instance`,
            wrong: `${instance} is not encrypted, so a copy of it cannot be, and every database that is made here is.`,
            remedy:
              "Copy a snapshot of it with a key (aws rds copy-db-snapshot --kms-key-id), restore an instance from that, and move the gateway to it first.",
            source:
              "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations",
          },
        ]
      : []),
  ];
}
