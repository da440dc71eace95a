import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import type { Secrets, SlotName, SlotSecrets } from "../../products/release";
import type { Names } from "./names";
import type { Make } from "./transform";

interface AccessArgs {
  names: Names;
  tags: Record<string, string>;
  make: Make;
}

/** The key of a slot's password in its secret; variables of its nodes and tasks have their own names there. */
export const passwordKey = "password";

/** All that is secret of a slot, as one object of texts: a container is given single keys of it. */
export function secretObject({ password, environment }: SlotSecrets): Record<string, string> {
  return { ...environment, ...(password === undefined ? {} : { [passwordKey]: password }) };
}

/**
 * A slot's secret in Secrets Manager, of its own: a rollback writes none. Its name is new each time, since a deleted one
 * stays taken for days.
 */
export function secretOf(
  slot: SlotName,
  secrets: pulumi.Output<Secrets>,
  { names, tags, make }: AccessArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const secret = make(
    "secret",
    secretsmanager.Secret,
    `${slot}-secret`,
    { namePrefix: names.secrets, description: `Secrets of ${slot} of the gateway ${names.gateway}`, tags },
    options,
  );
  const own = secrets.apply((given) => secretObject(given[slot] ?? { environment: {} }));
  const written = make(
    "secretValue",
    secretsmanager.SecretVersion,
    `${slot}-secret-value`,
    { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(own)) },
    options,
  );
  // Whoever is told of it finds a value in it.
  return written.arn;
}

/** The part of AWS that a region belongs to. */
export function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Lets a service of AWS's take a role. */
export function trustOf(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

/** Where containers write their lines. */
export function logGroupOf(
  { names, tags, make }: AccessArgs,
  options: pulumi.CustomResourceOptions,
): cloudwatch.LogGroup {
  return make(
    "logGroup",
    cloudwatch.LogGroup,
    "logs",
    { name: names.logGroup, retentionInDays: 30, tags },
    options,
  );
}

/** The role by which ECS fetches images, writes logs and hands secrets over. The gateway itself has no role. */
export function executionRoleOf(
  region: string,
  logGroupArn: pulumi.Input<string>,
  { names, tags, make }: AccessArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const role = make(
    "executionRole",
    iam.Role,
    "execution",
    { namePrefix: names.executionRole, assumeRolePolicy: trustOf("ecs-tasks.amazonaws.com"), tags },
    options,
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        // By their names, not by what there is now: a slot that comes or goes changes nothing of the role.
        Resource: `arn:${partitionOf(region)}:secretsmanager:${region}:*:secret:${names.secrets}*`,
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logGroupArn}:*`,
      },
      {
        Effect: "Allow",
        Action: [
          "ecr:GetAuthorizationToken",
          "ecr:BatchCheckLayerAvailability",
          "ecr:GetDownloadUrlForLayer",
          "ecr:BatchGetImage",
        ],
        Resource: "*",
      },
    ],
  });
  const attached = make(
    "executionPolicy",
    iam.RolePolicy,
    "execution-policy",
    { role: role.id, policy },
    options,
  );
  // A task that starts before its role may read the secret fails.
  return pulumi.all([role.arn, attached.id]).apply(([arn]) => arn);
}
