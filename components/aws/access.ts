import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import { type Secrets, type SlotName, slotNames } from "../../products/release";
import type { Names } from "./names";
import type { Make } from "./transform";

interface AccessArgs {
  names: Names;
  tags: Record<string, string>;
  make: Make;
}

/** The key of a slot's password in the gateway's secret. */
export const passwordKey = (slot: SlotName) => `${slot}_password`;
/** The key of a variable of a slot's nodes and tasks. */
export const variableKey = (slot: SlotName, variable: string) => `${slot}_${variable}`;

/** All that is secret, by slot, as one object of texts: a container is given single keys of it. */
export function secretObject(secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    slotNames.flatMap((slot) => {
      const { password, environment = {} } = secrets[slot] ?? {};
      return [
        ...(password === undefined ? [] : [[passwordKey(slot), password] as const]),
        ...Object.entries(environment).map(
          ([variable, value]) => [variableKey(slot, variable), value] as const,
        ),
      ];
    }),
  );
}

/** The secret that containers read, in Secrets Manager; a name of its own, since a deleted one stays taken for days. */
export function secretOf(
  name: string,
  secrets: pulumi.Input<Secrets>,
  { names, tags, make }: AccessArgs,
  options: pulumi.CustomResourceOptions,
): { arn: pulumi.Output<string>; written: pulumi.Resource } {
  const secret = make(
    "secret",
    secretsmanager.Secret,
    name,
    { namePrefix: `${names.gateway}-`, description: `Passwords of the gateway ${names.gateway}`, tags },
    options,
  );
  const secretString = pulumi.secret(
    pulumi.jsonStringify(pulumi.output(secrets).apply((given) => secretObject(given))),
  );
  const written = make(
    "secretValue",
    secretsmanager.SecretVersion,
    `${name}-value`,
    { secretId: secret.id, secretString },
    options,
  );
  return { arn: secret.arn, written };
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
  secretArn: pulumi.Input<string>,
  logGroupArn: pulumi.Input<string>,
  { names, tags, make }: AccessArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  const role = make(
    "executionRole",
    iam.Role,
    "execution",
    { name: names.executionRole, assumeRolePolicy: JSON.stringify(trust), tags },
    options,
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secretArn },
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
