import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { SlotName } from "../../../products/release";
import { trustOf } from "../access";
import type { Names } from "../names";
import type { Make } from "../transform";

/**
 * What lets a slot's instances read the slot's own secret, and nothing else. Gives the name of their profile, once the role
 * may read: a node that starts before that fails.
 */
export function instanceProfile(
  slot: SlotName,
  secretArn: pulumi.Input<string>,
  { names, tags, make }: { names: Names; tags: Record<string, string>; make: Make },
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const namePrefix = names.instanceRole(slot);
  const role = make(
    "instanceRole",
    iam.Role,
    `${slot}-instances`,
    { namePrefix, assumeRolePolicy: trustOf("ec2.amazonaws.com"), tags },
    options,
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secretArn }],
  });
  const attached = make(
    "instancePolicy",
    iam.RolePolicy,
    `${slot}-instances-policy`,
    { role: role.id, policy },
    options,
  );
  const profile = make(
    "instanceProfile",
    iam.InstanceProfile,
    `${slot}-instances`,
    { namePrefix, role: role.name, tags },
    options,
  );
  return pulumi.all([profile.name, attached.id]).apply(([made]) => made);
}
