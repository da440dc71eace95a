import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import type { SlotContext } from "../slot-context";
import { lifeTag, type Names, productTag, versionTag } from "./names";
import { placeOf } from "./slot-settings";
import type { Make } from "./transform";

interface DatabaseArgs {
  product: string;
  context: SlotContext;
  /** Identifier of the snapshot that it is restored from; "" makes an empty one. */
  fillFrom: pulumi.Input<string>;
  /** Name of its final snapshot: new for every instance, since one that is taken fails the delete. */
  finalSnapshot: pulumi.Input<string>;
  password: pulumi.Input<string>;
  subnetGroup: pulumi.Input<string>;
  securityGroup: pulumi.Input<string>;
  names: Names;
  tags: Record<string, string>;
  make: Make;
  /** How long its making and its end may take, in seconds. */
  limit: number;
}

/**
 * The database instance of a slot's life. It is never replaced: its identifier carries the life, and where it was restored
 * from is read once. It goes with a final snapshot, always.
 */
export function databaseInstance(
  name: string,
  {
    product,
    context,
    fillFrom,
    finalSnapshot,
    password,
    subnetGroup,
    securityGroup,
    names,
    tags,
    make,
    limit,
  }: DatabaseArgs,
  options: pulumi.CustomResourceOptions,
): rds.Instance {
  const { databases } = placeOf(context.slot);
  const snapshotIdentifier = pulumi.output(fillFrom).apply((location) => location || undefined);
  return make(
    "database",
    rds.Instance,
    name,
    {
      identifier: names.ofLife(context.life),
      engine: "postgres",
      engineVersion: databases.engineVersion,
      instanceClass: databases.class,
      allocatedStorage: databases.storage,
      multiAz: databases.multiZone,
      storageEncrypted: true,
      kmsKeyId: databases.kmsKey,
      parameterGroupName: databases.parameterGroup,
      dbSubnetGroupName: subnetGroup,
      vpcSecurityGroupIds: [securityGroup],
      publiclyAccessible: false,
      dbName: databases.name,
      username: databases.user,
      password,
      snapshotIdentifier: snapshotIdentifier as pulumi.Input<string>,
      // A revert deletes it: protection would have to go in an update before, which moves the weights and then fails.
      deletionProtection: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: finalSnapshot,
      copyTagsToSnapshot: true,
      backupRetentionPeriod: 7,
      // A patch of the server in the middle of an upgrade is a change that nobody reviewed.
      autoMinorVersionUpgrade: false,
      applyImmediately: true,
      // Its last snapshot gets them too: they tell what it can be restored for.
      tags: {
        ...tags,
        [lifeTag]: context.life,
        [productTag]: product,
        [versionTag]: context.slot.version,
      },
    },
    {
      ...options,
      ignoreChanges: ["snapshotIdentifier"],
      customTimeouts: { create: `${limit}s`, update: `${limit}s`, delete: `${limit}s` },
    },
  );
}
